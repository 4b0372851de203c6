/* <sj-live-fields data-url data-names="stage,amount">: fields that come, go or are needed with what
   is typed in others. The server says which, by the same conditions as when it saves; nothing is
   drawn anew, so typing, focus and values stay. A field that is not shown is not sent. */
import { announce, define, make } from "../lib/dom.ts";
import { send } from "../lib/request.ts";
import { say } from "../lib/words.ts";

interface Standing {
  shown: string[];
  needed: string[];
}

class SjLiveFields extends HTMLElement {
  private names: string[] = [];
  private form: HTMLFormElement | null = null;
  private timer = 0;
  private running: AbortController | null = null;

  connectedCallback(): void {
    this.names = (this.dataset["names"] ?? "").split(",").filter(Boolean);
    this.form = this.closest("form");
    this.form?.addEventListener("input", this.onInput);
    this.form?.addEventListener("change", this.onInput);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    this.running?.abort();
    this.form?.removeEventListener("input", this.onInput);
    this.form?.removeEventListener("change", this.onInput);
  }

  private onInput = (event: Event): void => {
    const name = (event.target as HTMLInputElement | null)?.name ?? "";
    if (!this.names.includes(name)) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), event.type === "change" ? 0 : 250);
  };

  private async ask(): Promise<void> {
    if (this.form === null) return;
    const data = new FormData(this.form);
    const query = new URLSearchParams();
    for (const name of this.names) {
      // inputs of several parts (an address, files) are read when the form is sent
      if (this.form.elements.namedItem(name) === null && this.form.querySelector(`[name^="${CSS.escape(name)}-"]`)) continue;
      // a box without a tick sends nothing, and still says no
      const values = data.getAll(name).filter((value) => typeof value === "string");
      query.append(name, values.join(","));
    }
    this.running?.abort();
    this.running = new AbortController();
    const url = this.dataset["url"] ?? "";
    const answer = await send(`${url}${url.includes("?") ? "&" : "?"}${query}`, undefined, this.running.signal);
    if (answer.ok) this.show(JSON.parse(answer.html) as Standing);
  }

  private show(standing: Standing): void {
    const come: string[] = [];
    const gone: string[] = [];
    for (const part of this.querySelectorAll<HTMLFieldSetElement>("fieldset[data-live]")) {
      const key = part.dataset["live"] ?? "";
      const label = part.querySelector<HTMLElement>(".field-label, .check > span");
      const shown = standing.shown.includes(key);
      if (part.hidden === shown) {
        part.hidden = part.disabled = !shown;
        (shown ? come : gone).push(wordsOf(label));
      }
      need(part, label, standing.needed.includes(key));
    }
    const told = [];
    if (come.length > 0) told.push(say("fieldsShown", { names: come.join(", ") }));
    if (gone.length > 0) told.push(say("fieldsGone", { names: gone.join(", ") }));
    if (told.length > 0) announce(told.join(" "));
  }
}

function wordsOf(label: HTMLElement | null): string {
  return (label?.textContent ?? "").replace(/\*$/, "").trim();
}

function need(part: HTMLElement, label: HTMLElement | null, needed: boolean): void {
  const star = label?.querySelector(".need");
  if (needed && !star && label) label.append(make("span", { class: "need", "aria-hidden": "true" }, "*"));
  if (!needed) star?.remove();
  for (const control of part.querySelectorAll(".form-control, .form-select, .combo input"))
    if (needed) control.setAttribute("aria-required", "true");
    else control.removeAttribute("aria-required");
}

define("sj-live-fields", SjLiveFields);
