/* <sj-palette>: search and commands in one box (Ctrl/⌘ K). Around the search form, which works
   without script. Records come from data-url?q= as HTML; commands are the links of the shell. */
import { announce, define, make, uid } from "../lib/dom.ts";
import { failed, send } from "../lib/request.ts";
import { icon, say } from "../lib/words.ts";

const WAIT = 110;

class SjPalette extends HTMLElement {
  private dialog: HTMLDialogElement | null = null;
  private input!: HTMLInputElement;
  private out!: HTMLElement;
  private timer = 0;
  private running: AbortController | null = null;
  private opener: Element | null = null;

  connectedCallback(): void {
    document.addEventListener("sj:palette", this.open);
    const field = this.querySelector<HTMLInputElement>("input[name=q]");
    this.querySelector("form")?.addEventListener("click", this.open);
    field?.addEventListener("input", this.open);
  }

  disconnectedCallback(): void {
    document.removeEventListener("sj:palette", this.open);
    this.running?.abort();
    this.dialog?.remove();
  }

  readonly open = (): void => {
    if (this.dialog?.open) return;
    this.opener = document.activeElement;
    if (this.dialog === null) this.build();
    const field = this.querySelector<HTMLInputElement>("input[name=q]");
    this.dialog?.showModal();
    this.input.value = field?.value ?? "";
    this.input.select();
    this.input.focus();
    void this.fill();
  };

  private build(): void {
    const list = uid("palette");
    this.input = make("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": list, "aria-autocomplete": "list",
      "aria-label": say("palette"), autocomplete: "off", spellcheck: "false", maxlength: "200",
      placeholder: this.querySelector("input")?.placeholder ?? "",
    });
    this.out = make("div", { class: "palette-out", id: list, role: "listbox", "aria-label": say("palette") });
    const foot = make("div", { class: "palette-foot" });
    for (const [key, word] of [["↑↓", "move"], ["Enter", "open"], ["Esc", "close"]] as const)
      foot.append(make("span", { class: "keys" }, make("kbd", {}, key), say(word)));
    this.dialog = make("dialog", { class: "palette", "aria-label": say("palette") },
      make("div", { class: "palette-in" }, icon("search"), this.input), this.out, foot);
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.fill(), WAIT);
    });
    this.input.addEventListener("keydown", this.onKey);
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog?.close();
    });
    this.dialog.addEventListener("close", () => {
      this.running?.abort();
      const field = this.querySelector<HTMLInputElement>("input[name=q]");
      if (field) field.value = "";
      if (this.opener instanceof HTMLElement && this.opener.isConnected && this.opener !== field) this.opener.focus();
    });
    this.out.addEventListener("pointermove", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.mark(option);
    });
  }

  private options(): HTMLElement[] {
    return [...this.out.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private mark(option: HTMLElement | undefined): void {
    for (const other of this.options()) other.setAttribute("aria-selected", String(other === option));
    if (option === undefined) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.id ||= uid("option");
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const options = this.options();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
      this.mark(next);
      next?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options[at]) this.take(options[at]);
      else this.searchPage();
    }
  };

  private take(option: HTMLElement): void {
    this.dialog?.close();
    option.click();
  }

  private searchPage(): void {
    const form = this.querySelector("form");
    const field = form?.querySelector<HTMLInputElement>("input[name=q]");
    if (!form || !field || this.input.value.trim() === "") return;
    field.value = this.input.value;
    form.submit();
  }

  private commands(asked: string): HTMLElement | null {
    const sources = document.querySelectorAll<HTMLElement>(
      ".side-link[href], .top-create .menu-item, .page-actions :is(a, button), [data-command]",
    );
    const list = make("ul", { role: "presentation" });
    for (const source of sources) {
      const text = (source.querySelector(".side-text")?.textContent ?? source.textContent ?? "").replace(/\s+/g, " ").trim();
      const label = source.closest(".top-create") ? `${say("createKey")} ${text}` : text;
      if (text === "" || !label.toLowerCase().includes(asked)) continue;
      const option = make("a", { role: "option", "aria-selected": "false" });
      const mark = source.querySelector(".icon, .node")?.cloneNode(true);
      if (mark instanceof Element) {
        const phase = source.closest<HTMLElement>("[data-phase]")?.dataset["phase"];
        if (phase) mark.setAttribute("data-phase", phase);
        option.append(mark);
      }
      option.append(make("span", { class: "cut" }, label));
      if (source.dataset["key"]) option.append(make("span", { class: "end" }, make("kbd", {}, source.dataset["key"].toUpperCase())));
      if (source instanceof HTMLAnchorElement) option.href = source.href;
      else option.addEventListener("click", () => source.click());
      list.append(make("li", { role: "presentation" }, option));
      if (list.childElementCount >= (asked === "" ? 14 : 6)) break;
    }
    return list.childElementCount > 0 ? list : null;
  }

  private async fill(): Promise<void> {
    const asked = this.input.value.trim();
    this.running?.abort();
    this.running = new AbortController();
    const url = this.dataset["url"];
    let html = "";
    if (asked !== "" && url) {
      const answer = await send(`${url}?q=${encodeURIComponent(asked)}`, undefined, this.running.signal);
      if (answer.status === -1) return;
      if (!answer.ok) failed(answer);
      else html = answer.html;
    }
    this.out.innerHTML = html;
    const commands = this.commands(asked.toLowerCase());
    if (commands) this.out.append(commands);
    const options = this.options();
    if (options.length === 0) this.out.append(make("p", { class: "palette-title" }, say("nothing", { q: asked })));
    this.mark(asked === "" ? undefined : options[0]);
    if (asked !== "") announce(options.length > 0 ? say("results", { count: options.length }) : say("nothing", { q: asked }));
  }
}
define("sj-palette", SjPalette);
