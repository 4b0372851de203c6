/* <sj-calendar>: entries carried to another day by mouse, finger or keyboard. The day goes where an
   edit in place goes, with its undo; the server has the last word. Inside: [data-day] with one
   ul.cal-list of li.cal-entry; one without data-url stays where it is, and says so. */
import htmx from "htmx.org/dist/htmx.esm.js";
import type Sortable from "sortablejs";

import { announce, byTouch, define, toast } from "../lib/dom.ts";
import { failed, formData, send, type Answer } from "../lib/request.ts";
import { dayAfter, type Step } from "../lib/week.ts";
import { say } from "../lib/words.ts";

const STEPS: Record<string, Step> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

interface Place {
  list: HTMLElement;
  next: Element | null;
}

class SjCalendar extends HTMLElement {
  private carried: { entry: HTMLElement; from: Place } | null = null;
  private sortables: Sortable[] = [];

  connectedCallback(): void {
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("focusout", this.onLeave);
    this.dress();
  }

  disconnectedCallback(): void {
    this.still();
  }

  private still(): void {
    this.sortables.forEach((sortable) => sortable.destroy());
    this.sortables = [];
  }

  private dress(): void {
    for (const link of this.querySelectorAll<HTMLElement>(".cal-entry > a")) {
      link.draggable = false;
      link.setAttribute("aria-keyshortcuts", "Space");
    }
    void this.makeSortable();
  }

  private async makeSortable(): Promise<void> {
    const { default: Drag } = await import("sortablejs");
    if (!this.isConnected) return;
    this.still();
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const list of this.querySelectorAll<HTMLElement>(".cal-list")) {
      let start: Place = { list, next: null };
      this.sortables.push(
        new Drag(list, {
          group: "calendar",
          sort: false,
          draggable: '.cal-entry:not([data-url=""])',
          animation: quiet ? 0 : 140,
          delay: 180,
          delayOnTouchOnly: true,
          touchStartThreshold: 6,
          forceFallback: byTouch(),
          scrollSensitivity: 60,
          onStart: ({ item }) => {
            start = this.placeOf(item);
            item.setAttribute("data-lifted", "");
          },
          onEnd: ({ item }) => {
            item.removeAttribute("data-lifted");
            if (item.parentElement !== start.list) void this.drop(item, start);
          },
        }),
      );
    }
  }

  private placeOf(entry: HTMLElement): Place {
    return { list: entry.parentElement as HTMLElement, next: entry.nextElementSibling };
  }

  private put(entry: HTMLElement, place: Place): void {
    place.list.insertBefore(entry, place.next?.parentElement === place.list ? place.next : null);
  }

  private day(entry: Element): HTMLElement | null {
    return entry.closest<HTMLElement>("[data-day]");
  }

  private words(entry: HTMLElement): { name: string; stage: string; place: number; count: number } {
    const all = [...(entry.parentElement?.children ?? [])];
    return { name: entry.dataset["name"] ?? "", stage: this.day(entry)?.dataset["name"] ?? "", place: all.indexOf(entry) + 1, count: all.length };
  }

  private focusOn(entry: Element | null): void {
    entry?.querySelector<HTMLElement>("a")?.focus();
  }

  /* ------------------------------------------------------------------ keyboard */

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const entry = (event.target as Element).closest<HTMLElement>(".cal-entry");
    if (entry === null) return;
    if (this.carried === null) {
      if (event.key !== " ") return;
      event.preventDefault();
      this.lift(entry);
      return;
    }
    const step = STEPS[event.key];
    if (step) this.carry(step);
    else if (event.key === "Enter" || event.key === " ") this.release();
    else if (event.key === "Escape") this.giveUp();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private lift(entry: HTMLElement): void {
    if (!entry.dataset["url"]) {
      const text = (this.dataset["fixedWord"] ?? "").replace("{name}", entry.dataset["name"] ?? "");
      return toast({ message: text, tone: "bad" });
    }
    this.carried = { entry, from: this.placeOf(entry) };
    entry.setAttribute("data-lifted", "");
    announce(say("picked", this.words(entry)));
  }

  private carry(step: Step): void {
    if (this.carried === null) return;
    const { entry } = this.carried;
    const wanted = dayAfter(this.day(entry)?.dataset["day"] ?? "", step);
    const list = this.querySelector<HTMLElement>(`[data-day="${wanted}"] .cal-list`);
    if (list === null) return;
    list.append(entry);
    this.focusOn(entry);
    entry.scrollIntoView({ block: "nearest" });
    announce(say("at", this.words(entry)));
  }

  private release(): void {
    if (this.carried === null) return;
    const { entry, from } = this.carried;
    this.carried = null;
    entry.removeAttribute("data-lifted");
    announce(say("dropped", this.words(entry)));
    if (entry.parentElement !== from.list) void this.drop(entry, from);
  }

  private giveUp(): void {
    if (this.carried === null) return;
    const { entry, from } = this.carried;
    this.carried = null;
    entry.removeAttribute("data-lifted");
    this.put(entry, from);
    this.focusOn(entry);
    announce(say("returned", this.words(entry)));
  }

  private readonly onLeave = (): void => {
    const held = this.carried;
    if (held === null) return;
    setTimeout(() => {
      if (this.carried === held && !held.entry.contains(document.activeElement)) this.giveUp();
    });
  };

  /* -------------------------------------------------------------------- server */

  private async drop(entry: HTMLElement, from: Place): Promise<void> {
    const day = this.day(entry)?.dataset["day"] ?? "";
    entry.setAttribute("aria-busy", "true");
    const value = `${day}${entry.dataset["at"] ?? ""}`;
    const answer = await send(entry.dataset["url"] ?? "", formData({ value, version: entry.dataset["version"] ?? "" }));
    entry.removeAttribute("aria-busy");
    if (answer.ok) await this.again(entry.dataset["id"] ?? "", entry.contains(document.activeElement));
    else this.refuse(entry, from, answer);
  }

  /** The days anew: what is in order, what is left over and which colour it has is the server's to say. */
  private async again(id: string, focused: boolean): Promise<void> {
    const answer = await send(location.href);
    if (!answer.ok) return;
    const box = document.createElement("template");
    box.innerHTML = answer.html;
    const fresh = box.content.querySelector("sj-calendar");
    if (fresh === null) return location.reload();
    this.replaceChildren(...fresh.childNodes);
    htmx.process(this);
    this.dress();
    if (focused) this.focusOn(this.querySelector(`.cal-entry[data-id="${CSS.escape(id)}"]`));
  }

  private refuse(entry: HTMLElement, from: Place, answer: Answer): void {
    this.put(entry, from);
    const text = say("refused", { ...this.words(entry), reason: answer.reason });
    announce(text);
    if (answer.status === 0) failed(answer, () => undefined);
    else toast({ message: text, tone: "bad" });
  }
}
define("sj-calendar", SjCalendar);
