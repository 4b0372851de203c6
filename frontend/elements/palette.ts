/* <sj-palette>: search and commands in one box (Ctrl/⌘ K). Around the search form, which works
   without script. Records come from data-url?q= as HTML; commands are the links of the shell. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { announce, define, make, uid } from "../lib/dom.ts";
import { failed, send } from "../lib/request.ts";
import { icon, say } from "../lib/words.ts";

const WAIT = 110;
const PAGE = ".side-link[href], .top-create .menu-item, .top-theme .menu-item, .top-lang .menu-item, .page-actions :is(a, button), [data-command]";
/** Commands shown for nothing typed, and for something. */
const FIRST = 14;
const MANY = 6;
/** What the page in sight offers: it stands before what every page has. */
const HERE = ".page-actions, [data-command]";

interface Known {
  label: string;
  url: string;
  icon: string;
  dialog: boolean;
  say: string;
}

class SjPalette extends HTMLElement {
  private dialog: HTMLDialogElement | null = null;
  private input!: HTMLInputElement;
  private out!: HTMLElement;
  private timer = 0;
  private running: AbortController | null = null;
  private opener: Element | null = null;
  private known: readonly Known[] = [];
  private sounds: Readonly<Record<string, string>> = {};
  private asked = false;
  /** What the list in sight answers to. */
  private answered = "";
  /** Enter came before the answer to what is typed: its first line is meant, not the old list's. */
  private hurried = false;

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
    void this.learn();
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
      this.hurried = false;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.fill(), WAIT);
    });
    this.input.addEventListener("keydown", this.onKey);
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog?.close();
    });
    this.dialog.addEventListener("close", () => {
      this.hurried = false;
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
      this.hurried = this.input.value.trim() !== this.answered;
      if (!this.hurried) this.enter();
    }
  };

  private enter(): void {
    const chosen = this.options().find((option) => option.getAttribute("aria-selected") === "true");
    if (chosen) this.take(chosen);
    else this.searchPage();
  }

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

  /** Once a page: what the server can do for this reader, and how the page's own labels sound. */
  private async learn(): Promise<void> {
    const url = this.dataset["commands"];
    if (this.asked || !url) return;
    this.asked = true;
    const asks = new URLSearchParams();
    for (const label of new Set(this.sources().map(([, text]) => text))) if (/\p{Script=Han}/u.test(label)) asks.append("l", label);
    const answer = await send(`${url}?${asks.toString()}`);
    if (!answer.ok) return;
    const told = JSON.parse(answer.html) as { commands: Known[]; say: Record<string, string> };
    this.known = told.commands;
    this.sounds = told.say;
    if (this.dialog?.open && this.input.value.trim() !== "") void this.fill();
  }

  private sources(): [HTMLElement, string][] {
    return [...document.querySelectorAll<HTMLElement>(PAGE)].flatMap((source) => {
      const text = (source.querySelector(".side-text")?.textContent ?? source.textContent ?? "").replace(/\s+/g, " ").trim();
      const label = source.closest(".top-create") ? joined(say("createKey"), text) : text;
      return text === "" ? [] : [[source, label] as [HTMLElement, string]];
    });
  }

  /** What the server named and the page does not show already. */
  private served(asked: string, shown: ReadonlySet<string>): HTMLElement[] {
    if (asked === "") return [];
    return this.known
      .filter((one) => !shown.has(plain(one.label)) && fits(asked, one.label, one.say))
      .map((one) => {
        const option = make("a", { role: "option", "aria-selected": "false", href: one.url }, icon(one.icon), make("span", { class: "cut" }, one.label));
        if (one.dialog) {
          option.setAttribute("hx-get", one.url);
          option.setAttribute("hx-target", "#dialogs");
          option.setAttribute("data-dialog", "");
        }
        return make("li", { role: "presentation" }, option);
      });
  }

  private commands(asked: string): HTMLElement[] {
    const [here, list] = [make("ul", { role: "presentation" }), make("ul", { role: "presentation" })];
    const shown = new Set<string>();
    const most = asked === "" ? FIRST : MANY;
    for (const [source, label] of this.sources()) {
      if (shown.has(plain(label)) || !fits(asked, label, this.sounds[label] ?? "")) continue;
      if (asked === "" && source.closest(".top-theme, .top-lang, [hidden]")) continue;
      const into = source.closest(HERE) ? here : list;
      if (into.childElementCount >= (into === here ? MANY : most)) continue;
      shown.add(plain(label));
      const option = make("a", { role: "option", "aria-selected": "false" });
      const mark = source.querySelector(".icon, .node")?.cloneNode(true);
      if (mark instanceof Element) {
        const phase = source.closest<HTMLElement>("[data-phase]")?.dataset["phase"];
        if (phase) mark.setAttribute("data-phase", phase);
        option.append(mark);
      }
      option.append(make("span", { class: "cut" }, label));
      if (source.dataset["key"]) option.append(make("span", { class: "end" }, make("kbd", {}, source.dataset["key"].toUpperCase())));
      if (source instanceof HTMLAnchorElement && !source.hasAttribute("hx-get")) option.href = source.href;
      else option.addEventListener("click", () => source.click());
      into.append(make("li", { role: "presentation" }, option));
    }
    for (const line of this.served(asked, shown)) if (list.childElementCount < most + 2) list.append(line);
    const titled: [HTMLUListElement, string][] = [[here, "commandsHere"], [list, "commands"]];
    return titled.flatMap(([part, word]) => (part.childElementCount > 0 ? [make("p", { class: "palette-title", role: "presentation" }, say(word)), part] : []));
  }

  private async fill(): Promise<void> {
    const asked = this.input.value.trim();
    this.running?.abort();
    this.running = new AbortController();
    const url = this.dataset["url"];
    let html = "";
    this.out.setAttribute("aria-busy", "true");
    if (url) {
      const answer = await send(`${url}?q=${encodeURIComponent(asked)}`, undefined, this.running.signal);
      if (answer.status === -1) return;
      if (!answer.ok) failed(answer);
      else html = answer.html;
      this.hurried &&= answer.ok;
    }
    this.out.removeAttribute("aria-busy");
    this.answered = asked;
    this.out.innerHTML = html;
    const commands = this.commands(asked.toLowerCase());
    this.out.append(...commands);
    for (const part of commands) htmx.process(part);
    const options = this.options();
    if (options.length === 0) this.out.append(make("p", { class: "palette-title" }, say("nothing", { q: asked })));
    this.mark(asked === "" ? undefined : options[0]);
    if (this.hurried && asked === this.input.value.trim()) {
      this.hurried = false;
      this.enter();
      return;
    }
    if (asked !== "") announce(options.length > 0 ? say("results", { count: options.length }) : say("nothing", { q: asked }));
  }
}
/** Two words as one label: Han characters stand without a blank between them. */
function joined(first: string, second: string): string {
  return /\p{Script=Han}$/u.test(first) && /^\p{Script=Han}/u.test(second) ? first + second : `${first} ${second}`;
}

/** A label for comparing: without blanks and case. */
function plain(label: string): string {
  return label.replace(/\s+/g, "").toLowerCase();
}

/** Whether a command answers to what was typed: every word in its label, or its sound's beginning. */
export function fits(asked: string, label: string, sound: string): boolean {
  if (asked === "") return true;
  const low = label.toLowerCase();
  if (asked.split(/\s+/).every((word) => low.includes(word))) return true;
  const whole = asked.replace(/\s+/g, "");
  return sound.split(" ").some((one) => one !== "" && (one.startsWith(whole) || ((whole.length > 2 || /\p{Script=Han}/u.test(whole)) && one.includes(whole))));
}
define("sj-palette", SjPalette);
