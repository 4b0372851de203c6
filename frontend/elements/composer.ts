/* <sj-composer>: around the composer's form. Keeps what was typed when the page is lost, sends
   once, and offers names after @ from <script type="application/json" data-people>
   [{"name": "…", "hint": "pinyin or team"}]. */
import { announce, define, make, uid } from "../lib/dom.ts";
import { mentionAt } from "../lib/mention.ts";
import { say } from "../lib/words.ts";

interface Named {
  name: string;
  hint?: string;
}

class SjComposer extends HTMLElement {
  private list: HTMLUListElement | null = null;
  private people: Named[] = [];
  private at = 0;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const text = this.querySelector("textarea");
    if (!form || !text) return;
    const key = `sj-draft:${form.getAttribute("action") ?? ""}`;
    const kept = sessionStorage.getItem(key);
    if (kept !== null && text.value === "") text.value = kept;
    text.addEventListener("input", () => {
      sessionStorage.setItem(key, text.value);
      this.offer(text);
    });
    form.addEventListener("submit", () => sessionStorage.removeItem(key));
    const told = this.querySelector("script[data-people]")?.textContent;
    if (told) this.people = JSON.parse(told) as Named[];
    text.addEventListener("keydown", this.onKey);
    text.addEventListener("blur", () => setTimeout(() => this.hide(), 120));
  }

  private offer(text: HTMLTextAreaElement): void {
    const asked = mentionAt(text.value, text.selectionStart);
    const found = asked === null ? [] : this.people.filter((one) => `${one.name} ${one.hint ?? ""}`.toLowerCase().includes(asked.toLowerCase())).slice(0, 6);
    if (found.length === 0) return this.hide();
    if (this.list === null) {
      this.list = make("ul", { class: "combo-list", role: "listbox", id: uid("people") });
      const box = make("div", { class: "combo" }, this.list);
      text.after(box);
      text.setAttribute("aria-controls", this.list.id);
      this.list.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        const item = (event.target as Element).closest<HTMLElement>("[role=option]");
        if (item) this.take(text, item.dataset["name"] ?? "");
      });
    }
    this.list.replaceChildren(
      ...found.map((one) => {
        const item = make("li", { role: "option", id: uid("person"), "data-name": one.name }, one.name);
        if (one.hint) item.append(make("span", { class: "hint" }, one.hint));
        return item;
      }),
    );
    this.list.hidden = false;
    this.mark(text, 0);
    announce(say("results", { count: found.length }));
  }

  private mark(text: HTMLTextAreaElement, place: number): void {
    const items = [...(this.list?.children ?? [])];
    this.at = (place + items.length) % Math.max(1, items.length);
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === this.at)));
    const item = items[this.at];
    if (item) text.setAttribute("aria-activedescendant", item.id);
  }

  private hide(): void {
    if (this.list) this.list.hidden = true;
    this.querySelector("textarea")?.removeAttribute("aria-activedescendant");
  }

  private take(text: HTMLTextAreaElement, name: string): void {
    const end = text.selectionStart;
    const asked = mentionAt(text.value, end) ?? "";
    text.setRangeText(`${name} `, end - asked.length, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    this.hide();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const text = event.target as HTMLTextAreaElement;
    if (this.list === null || this.list.hidden) {
      // out of the text, so that the page's keys work again; a dialog closes by itself
      if (event.key === "Escape" && !this.closest("dialog")) text.blur();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(text, this.at + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      event.preventDefault();
      this.take(text, (this.list.children[this.at] as HTMLElement | undefined)?.dataset["name"] ?? "");
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
  };
}
define("sj-composer", SjComposer);
