/* <sj-combobox>: a <select> with a search. Options come from data-url?q= as JSON
   [{value, label, hint}], or from the select itself. Without script the select stays. */
import { announce, define, make, uid } from "../lib/dom.ts";
import { send } from "../lib/request.ts";
import { icon, say } from "../lib/words.ts";

interface Choice {
  value: string;
  label: string;
  hint?: string;
}

class SjCombobox extends HTMLElement {
  private select!: HTMLSelectElement;
  private input!: HTMLInputElement;
  private list!: HTMLUListElement;
  private picked!: HTMLElement;
  private clearer!: HTMLButtonElement;
  private choices: Choice[] = [];
  private at = -1;
  private timer = 0;
  private running: AbortController | null = null;

  connectedCallback(): void {
    const select = this.querySelector("select");
    if (select === null || this.querySelector(".combo")) return;
    this.select = select;
    const id = uid("combo");
    const none = select.querySelector("option[value='']")?.textContent?.trim() ?? "";
    this.list = make("ul", { class: "combo-list", id, role: "listbox", hidden: true });
    this.input = make("input", {
      class: "form-control", type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": id,
      "aria-autocomplete": "list", autocomplete: "off", placeholder: this.getAttribute("placeholder") ?? (none.length > 1 ? none : say("typeToSearch")),
      disabled: select.disabled,
    });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      const value = select.getAttribute(name);
      if (value !== null) this.input.setAttribute(name, value);
    }
    this.clearer = make("button", { type: "button", class: "combo-clear", "aria-label": say("clear"), tabindex: "-1" }, icon("x", "s14"));
    this.picked = make("div", { class: "combo-picked" });
    const label = select.id ? document.querySelector<HTMLLabelElement>(`label[for="${CSS.escape(select.id)}"]`) : null;
    if (select.id) {
      this.input.id = `${select.id}-search`;
      if (label) label.htmlFor = this.input.id;
    }
    const box = make("div", { class: "combo" }, this.input, this.clearer, this.list);
    select.hidden = true;
    select.tabIndex = -1;
    select.after(this.picked, box);
    this.input.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(this.input.value), this.dataset["url"] ? 140 : 0);
    });
    this.input.addEventListener("keydown", this.onKey);
    this.input.addEventListener("click", () => void this.ask(""));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = (event.target as Element).closest<HTMLElement>("[role=option]");
      const choice = item ? this.choices[Number(item.dataset["at"])] : undefined;
      if (choice) this.take(choice);
    });
    this.clearer.addEventListener("click", () => this.take({ value: "", label: "" }));
    this.show();
  }

  private show(): void {
    const chosen = [...this.select.selectedOptions].filter((option) => option.value !== "");
    if (!this.select.multiple) {
      this.input.value = chosen[0]?.textContent?.trim() ?? "";
      this.clearer.hidden = chosen.length === 0 || this.select.required;
      return;
    }
    this.input.value = "";
    this.clearer.hidden = true;
    this.picked.replaceChildren(
      ...chosen.map((option) => {
        const name = option.textContent?.trim() ?? "";
        const drop = make("button", { type: "button", class: "drop", "aria-label": say("remove", { name }) }, icon("x"));
        drop.addEventListener("click", () => {
          option.selected = false;
          this.changed();
          this.input.focus();
        });
        return make("span", { class: "chip" }, make("span", { class: "v" }, name), drop);
      }),
    );
  }

  private async ask(typed: string): Promise<void> {
    const url = this.dataset["url"];
    if (url) {
      this.running?.abort();
      this.running = new AbortController();
      const join = url.includes("?") ? "&" : "?";
      const answer = await send(`${url}${join}q=${encodeURIComponent(typed.trim())}`, undefined, this.running.signal);
      if (answer.status === -1) return;
      const told: unknown = answer.ok ? JSON.parse(answer.html) : [];
      this.choices = (Array.isArray(told) ? told : ((told as { results?: Choice[] }).results ?? [])) as Choice[];
    } else {
      const asked = typed.trim().toLowerCase();
      this.choices = [...this.select.options]
        .filter((option) => option.value !== "" && !option.disabled)
        .map((option) => ({ value: option.value, label: option.textContent?.trim() ?? "", hint: option.dataset["hint"] ?? "" }))
        .filter((choice) => `${choice.label} ${choice.hint} ${this.keywords(choice.value)}`.toLowerCase().includes(asked));
    }
    this.open();
  }

  private keywords(value: string): string {
    return [...this.select.options].find((option) => option.value === value)?.dataset["keywords"] ?? "";
  }

  private open(): void {
    const chosen = new Set([...this.select.selectedOptions].map((option) => option.value));
    this.list.replaceChildren(
      ...this.choices.slice(0, 60).map((choice, place) => {
        const item = make("li", { role: "option", id: `${this.list.id}-${place}`, "data-at": String(place), "aria-selected": "false" }, make("span", { class: "cut" }, choice.label));
        if (choice.hint) item.append(make("span", { class: "hint" }, choice.hint));
        if (chosen.has(String(choice.value))) item.append(icon("check", "s14"));
        return item;
      }),
    );
    if (this.choices.length === 0)
      this.list.append(make("li", { "aria-disabled": "true" }, say("nothing", { q: this.input.value })));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.choices.length > 0 ? 0 : -1);
    announce(this.choices.length > 0 ? say("results", { count: this.choices.length }) : say("nothing", { q: this.input.value }));
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.show();
  }

  private mark(place: number): void {
    this.at = place;
    const items = [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    const item = items[place];
    if (item) {
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const open = !this.list.hidden;
    const count = Math.min(60, this.choices.length);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) void this.ask("");
      else if (count > 0) this.mark((this.at + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      const choice = this.choices[this.at];
      if (choice) this.take(choice);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.input.value === "" && this.select.multiple) {
      const last = [...this.select.selectedOptions].at(-1);
      if (last) {
        last.selected = false;
        this.changed();
      }
    }
  };

  private take(choice: Choice): void {
    const value = String(choice.value);
    let option = [...this.select.options].find((known) => known.value === value);
    if (option === undefined) {
      option = new Option(choice.label, value);
      this.select.append(option);
    }
    if (this.select.multiple) option.selected = !option.selected;
    else option.selected = true;
    this.changed();
    if (!this.select.multiple) this.close();
    else void this.ask("");
  }

  private changed(): void {
    this.show();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
define("sj-combobox", SjCombobox);
