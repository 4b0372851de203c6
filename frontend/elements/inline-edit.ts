/* <sj-inline-edit>: a value that is edited where it stands. Enter saves and goes down, Tab goes
   on, Esc gives up; a refused save keeps the text with the reason. Without script the value is a
   link or text and the record's form edits it. Inside <sj-grid> the grid says where "down" is. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { announce, define, make, uid } from "../lib/dom.ts";
import { failed, formData, send, settle, type Answer } from "../lib/request.ts";
import type { After, Typed } from "../lib/grid-entry.ts";
import { say } from "../lib/words.ts";

type Field = HTMLInputElement | HTMLSelectElement;

export class SjInlineEdit extends HTMLElement {
  private old: Node[] = [];
  private field: Field | null = null;
  private start = "";
  private saving = false;
  private asking = false;
  /** The record was changed by somebody else since the page was drawn. */
  private isStale = false;
  private typed: (() => Promise<Typed | null>) | undefined;

  connectedCallback(): void {
    this.addEventListener("click", this.onClick);
    this.addEventListener("keydown", this.onKey);
  }

  private readonly onClick = (event: Event): void => {
    const target = event.target as Element;
    if (this.field !== null || !target.closest(".edit-show")) return;
    event.preventDefault();
    void this.open();
  };

  /** `typed`: what was typed over the cell until its field is there; it takes the value's place. */
  async open(typed?: () => Promise<Typed | null>): Promise<void> {
    this.typed = typed;
    if (this.field !== null || this.asking) return;
    this.asking = true;
    const made = this.dataset["type"] ? this.plain() : await this.asked();
    const begun = made === null ? null : ((await this.typed?.()) ?? null);
    this.asking = false;
    if (made === null || (this.typed && begun === null)) return;
    this.old = [...this.childNodes];
    const shown = this.textContent?.trim() ?? "";
    const box = make("span", { class: "edit-box" }, made.node);
    const help = make("span", { class: "edit-help", id: uid("edit") });
    const down = this.closest("tr") !== null;
    if (!down) help.append(make("span", { class: "was" }, say("was", { value: shown })));
    for (const [key, word] of [["Enter", down ? "saveDown" : "save"], ...(down ? [["Tab", "next"]] : []), ["Esc", "giveUp"]] as [string, string][])
      help.append(make("kbd", {}, key), say(word));
    const editing = make("span", { class: "editing" }, box, help);
    // in a grid the value keeps its room, so that no column moves
    this.replaceChildren(...(this.closest("sj-grid") ? [make("span", { class: "kept", "aria-hidden": "true" }, ...this.old)] : []), editing);
    this.field = made.field;
    this.start = made.field.value;
    made.field.setAttribute("aria-describedby", help.id);
    if (!made.field.getAttribute("aria-label") && this.dataset["label"]) made.field.setAttribute("aria-label", this.dataset["label"]);
    // a choice among many is typed into the box beside its select
    const entry = this.querySelector<HTMLInputElement>("[role=combobox]") ?? made.field;
    entry.addEventListener("blur", this.onBlur);
    if (entry !== made.field && this.dataset["label"]) entry.setAttribute("aria-label", this.dataset["label"]);
    if (begun?.focus !== false) entry.focus();
    if (begun !== null) {
      this.begin(entry, begun.text);
      // a choice among many is still to be made
      if (begun.after && (entry === made.field || !begun.focus)) void this.save(begun.after, begun.focus);
    } else if (entry instanceof HTMLInputElement && !["date", "datetime-local", "checkbox"].includes(entry.type)) entry.select();
  }

  /** Begin with what was typed in place of the value. */
  private begin(entry: Field, typed: string): void {
    if (entry instanceof HTMLSelectElement) {
      const wanted = typed.toLowerCase();
      const found = [...entry.options].find((option) => option.text.trim().toLowerCase().startsWith(wanted));
      if (found) entry.value = found.value;
      return;
    }
    // a day is typed as a whole, not part by part
    if (["date", "datetime-local"].includes(entry.type)) entry.type = "text";
    entry.value = typed;
    entry.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private plain(): { node: Node; field: Field } {
    const field = make("input", { name: "value", type: this.dataset["type"] ?? "text", autocomplete: "off" });
    field.value = this.dataset["raw"] ?? this.textContent?.trim() ?? "";
    return { node: field, field };
  }

  /** The field as the server writes it: a fragment with [name=value]. */
  private async asked(): Promise<{ node: Node; field: Field } | null> {
    const answer = await send(this.dataset["url"] ?? "");
    if (!answer.ok) {
      failed(answer);
      return null;
    }
    const part = settle(answer.html);
    const field = part.querySelector<Field>("[name=value]");
    return field ? { node: part, field } : null;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // an open list of choices takes its keys first
    if (this.field === null || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const after: After | null = event.key === "Enter" ? (this.closest("tr") ? "down" : "stay") : event.key === "Tab" ? (event.shiftKey ? "back" : "next") : null;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (after !== null) {
      event.preventDefault();
      event.stopPropagation();
      void this.save(after);
    }
  };

  private readonly onBlur = (): void => {
    setTimeout(() => {
      if (this.field === null || this.saving || this.contains(document.activeElement)) return;
      if (this.field.value === this.start) this.close(false);
      else void this.save("stay", false);
    });
  };

  private close(focus = true): void {
    this.field = null;
    this.replaceChildren(...this.old);
    if (focus) this.rest();
    if (this.isStale) this.dispatchEvent(new CustomEvent("sj:saved", { bubbles: true }));
    this.isStale = false;
  }

  /** The focus when nothing is edited: the cell's in a grid, else the value's. */
  private rest(): void {
    (this.closest<HTMLElement>("sj-grid td") ?? this.querySelector<HTMLElement>(".edit-show"))?.focus();
  }

  private async save(after: After, focus = true): Promise<void> {
    const field = this.field;
    if (field === null || this.saving) return;
    if (field.value === this.start) {
      this.close(focus);
      if (focus) this.go(after);
      return;
    }
    this.saving = true;
    field.setAttribute("aria-busy", "true");
    const answer = await send(this.dataset["url"] ?? "", formData({ value: field.value, version: this.dataset["version"] ?? "" }));
    field.removeAttribute("aria-busy");
    this.saving = false;
    if (answer.status === 409) return this.clash(field, answer);
    if (!answer.ok) return this.refuse(field, answer.reason);
    this.field = null;
    const part = settle(answer.html);
    const whole = part.querySelector<SjInlineEdit>(":scope > sj-inline-edit");
    if (whole) {
      this.replaceWith(whole);
      htmx.process(whole);
    } else {
      this.replaceChildren(part);
      htmx.process(this);
    }
    const now = whole ?? this;
    const version = answer.response?.headers.get("X-Version");
    if (version) this.spread(now, version);
    announce(say("saved"));
    now.dispatchEvent(new CustomEvent("sj:saved", { bubbles: true }));
    if (!focus) return;
    if (after === "stay") now.rest();
    else now.go(after);
  }

  /** All cells of one record share its version. */
  private spread(now: Element, version: string): void {
    const row = now.closest("tr, dl, [data-record]");
    for (const cell of row?.querySelectorAll<HTMLElement>("sj-inline-edit[data-version]") ?? []) cell.dataset["version"] = version;
    for (const one of [now, row]) if (one instanceof HTMLElement && one.matches("sj-inline-edit, tr")) one.dataset["version"] = version;
  }

  /** Somebody else changed it meanwhile: the next save keeps one's own value, Esc takes theirs. */
  private clash(field: Field, answer: Answer): void {
    const told = JSON.parse(answer.html) as { version?: number; shown?: string };
    this.refuse(field, told.version ? `${answer.reason} ${say("keepMine")}` : answer.reason);
    if (!told.version || !told.shown) return;
    this.spread(this, String(told.version));
    this.old = [...settle(told.shown).childNodes];
    this.isStale = true;
  }

  private refuse(field: Field, reason: string): void {
    const box = this.querySelector<HTMLElement>(".edit-box");
    box?.setAttribute("data-refused", "");
    field.setAttribute("aria-invalid", "true");
    const help = this.querySelector(".edit-help");
    help?.replaceChildren(make("span", { class: "error", role: "alert" }, reason));
    field.focus();
  }

  private go(after: After): void {
    if (!this.dispatchEvent(new CustomEvent<After>("sj:go", { detail: after, bubbles: true, cancelable: true }))) return;
    let target: SjInlineEdit | null | undefined = null;
    if (after === "down") {
      const column = this.dataset["column"] ?? "";
      for (let row = this.closest("tr")?.nextElementSibling; row && !target; row = row.nextElementSibling)
        target = row.querySelector<SjInlineEdit>(`sj-inline-edit[data-column="${CSS.escape(column)}"]`);
    } else if (after === "next" || after === "back") {
      const all = [...document.querySelectorAll<SjInlineEdit>("sj-inline-edit")];
      target = all[all.indexOf(this) + (after === "next" ? 1 : -1)];
    }
    if (target) void target.open();
    else this.rest();
  }
}
define("sj-inline-edit", SjInlineEdit);
