/* <sj-keys>: the keyboard of UI.md. An element owns a key by data-key="m" or "g t"; a row's own
   buttons by data-row-key="e". Lists and boards answer the event "sj:key" first. */
import { define, make, typing } from "../lib/dom.ts";
import { Sequence, strokeName } from "../lib/keymap.ts";
import { icon, say } from "../lib/words.ts";

const visible = (element: HTMLElement): boolean => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

const SHEET: readonly (readonly [string, string])[] = [
  ["Ctrl/⌘ K", "palette"],
  ["/", "filter"],
  ["C", "createKey"],
  ["G T", "goToday"],
  ["G 1-5", "goPhase"],
  ["G C", "goCustomers"],
  ["G P", "goContacts"],
  ["G I", "goInsights"],
  ["J K", "nextRow"],
  ["Enter", "openRow"],
  ["X ⇧X", "selectRow"],
  ["E", "doneKey"],
  ["H", "snoozeKey"],
  ["F2", "editCellKey"],
  ["⇧ ↓", "rangeKey"],
  ["Ctrl/⌘ C V", "copyKey"],
  ["Ctrl/⌘ D", "fillDown"],
  ["N", "nextStep"],
  ["L", "logKey"],
  ["M", "moveKey"],
  ["O", "ownerKey"],
  ["Z", "undo"],
  ["Ctrl Enter", "submitKey"],
  ["?", "helpKey"],
];

class SjKeys extends HTMLElement {
  private readonly sequence = new Sequence();

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
    if (/Mac|iPhone|iPad/.test(navigator.platform))
      for (const mark of document.querySelectorAll<HTMLElement>("[data-mod-key]")) mark.textContent = `⌘ ${mark.dataset["modKey"] ?? ""}`;
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onClick);
  }

  private readonly onClick = (event: Event): void => {
    if ((event.target as Element).closest("[data-open-keys]")) this.sheet();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const name = strokeName(event);
    if (name === "" || event.defaultPrevented) return;
    if (name === "mod+k") {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("sj:palette"));
      return;
    }
    if (name === "mod+enter") {
      const form = (event.target as Element).closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (name === "escape" && ["#side", "#create"].includes(location.hash)) {
      location.hash = "#content";
      return;
    }
    if (name.startsWith("mod+") || typing(event.target) || document.querySelector("dialog:modal")) return;
    const single = name.length === 1 || name === "shift+x";
    if (document.documentElement.dataset["keys"] === "off" && single) return;
    const full = single || name === "enter" ? this.sequence.push(name, performance.now()) : name;
    if (full === null) {
      event.preventDefault();
      return;
    }
    if (this.answer(full, event)) event.preventDefault();
  };

  private answer(name: string, event: KeyboardEvent): boolean {
    const asked = new CustomEvent("sj:key", { detail: { name, event }, cancelable: true, bubbles: true });
    if (!document.dispatchEvent(asked)) return true;
    if (["enter", "escape", "space", "tab"].includes(name)) return false;
    const inRow = document.querySelector<HTMLElement>(`[data-current] [data-row-key="${CSS.escape(name)}"]`);
    const owners = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(name)}"]`)].filter(visible);
    const owner = inRow ?? owners.at(-1);
    if (owner) {
      if (typing(owner)) owner.focus();
      else {
        if (owner.tagName === "SUMMARY") owner.focus();
        owner.click();
      }
      return true;
    }
    if (name === "/") {
      document.dispatchEvent(new CustomEvent("sj:palette"));
      return true;
    }
    if (name === "?") {
      this.sheet();
      return true;
    }
    return false;
  }

  private sheet(): void {
    const list = make("dl", { class: "key-sheet" });
    for (const [keys, word] of SHEET) {
      const term = make("dt", {});
      for (const key of keys.split(" ")) term.append(make("kbd", {}, key));
      list.append(make("div", {}, term, make("dd", {}, say(word))));
    }
    const more = document.querySelectorAll<HTMLElement>("[data-key-label]");
    const told = new Set(SHEET.flatMap(([keys]) => (keys.startsWith("G ") ? [keys] : keys.split(" "))).map((key) => key.toLowerCase()));
    for (const owner of more)
      if (!told.has(owner.dataset["key"] ?? "")) list.append(make("div", {}, make("dt", {}, make("kbd", {}, (owner.dataset["key"] ?? "").toUpperCase())), make("dd", {}, owner.dataset["keyLabel"] ?? "")));
    const close = make("button", { type: "button", class: "btn quiet only small", "data-close": true, "aria-label": say("close") }, icon("x"));
    const head = make("div", { class: "dialog-head" }, make("h2", { id: "keys-title" }, say("keysTitle")), close);
    document.body.append(make("sj-dialog" as "div", {}, make("dialog", { class: "dialog wide", "aria-labelledby": "keys-title" }, head, list)));
  }
}
define("sj-keys", SjKeys);
