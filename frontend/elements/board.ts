/* <sj-board>: cards carried by mouse, finger or keyboard; the server has the last word.
   Inside: .col or .zone with data-column and data-name, each with one ul.cards of li.card. */
import htmx from "htmx.org/dist/htmx.esm.js";
import type Sortable from "sortablejs";

import { announce, byTouch, define, toast, typing } from "../lib/dom.ts";
import { above, moved, step, type Direction, type Place } from "../lib/reorder.ts";
import { failed, formData, send, settle, type Answer } from "../lib/request.ts";
import { say } from "../lib/words.ts";

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

class SjBoard extends HTMLElement {
  private carried: { card: HTMLElement; from: Place } | null = null;
  private sortables: Sortable[] = [];

  connectedCallback(): void {
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("focusout", this.onLeave);
    for (const link of this.querySelectorAll<HTMLElement>(".card .name")) link.setAttribute("aria-keyshortcuts", "Space");
    this.dress(this);
    void this.makeSortable();
  }

  disconnectedCallback(): void {
    this.sortables.forEach((sortable) => sortable.destroy());
    this.sortables = [];
  }

  private lists(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-column] .cards")];
  }

  private cards(list: HTMLElement | undefined): HTMLElement[] {
    return list ? [...list.querySelectorAll<HTMLElement>(":scope > .card")] : [];
  }

  /** Links are draggable by nature; on a card the card is what moves. */
  private dress(root: ParentNode): void {
    for (const link of root.querySelectorAll<HTMLElement>(".card a, .card img")) link.draggable = false;
  }

  private async makeSortable(): Promise<void> {
    if (this.hasAttribute("data-still")) return;
    const { default: Drag } = await import("sortablejs");
    if (!this.isConnected) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const list of this.lists())
      this.sortables.push(
        new Drag(list, {
          group: this.id || "board",
          draggable: ".card",
          filter: ".card:not([data-move-url]), input, button, select, summary, a:not(.name)",
          preventOnFilter: false,
          animation: still ? 0 : 140,
          delay: 180,
          delayOnTouchOnly: true,
          touchStartThreshold: 6,
          emptyInsertThreshold: 24,
          // a finger's drag is drawn by the script anyhow, and only then scrolls at the edges
          forceFallback: byTouch(),
          scrollSensitivity: 60,
          onStart: ({ item }) => {
            this.querySelector(".board")?.setAttribute("data-dragging", "");
            item.setAttribute("data-lifted", "");
          },
          onEnd: ({ item, from, oldDraggableIndex }) => {
            this.querySelector(".board")?.removeAttribute("data-dragging");
            item.removeAttribute("data-lifted");
            const start = { column: this.lists().indexOf(from), index: oldDraggableIndex ?? 0 };
            const now = this.placeOf(item);
            if (moved(start, now)) void this.drop(item, start);
          },
        }),
      );
  }

  private placeOf(card: HTMLElement): Place {
    const list = card.closest<HTMLElement>(".cards");
    return { column: list ? this.lists().indexOf(list) : -1, index: this.cards(list ?? undefined).indexOf(card) };
  }

  private put(card: HTMLElement, place: Place): void {
    const list = this.lists()[place.column];
    if (!list) return;
    const others = this.cards(list).filter((other) => other !== card);
    const next = others[place.index];
    if (next) next.before(card);
    else if (others.length > 0) others[others.length - 1]?.after(card);
    else list.prepend(card);
  }

  private words(card: HTMLElement): { name: string; stage: string; place: number; count: number } {
    const { column, index } = this.placeOf(card);
    const list = this.lists()[column];
    return {
      name: card.dataset["name"] ?? "",
      stage: list?.closest<HTMLElement>("[data-column]")?.dataset["name"] ?? "",
      place: index + 1,
      count: this.cards(list).length,
    };
  }

  /* ------------------------------------------------------------------ keyboard */

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = (event.target as Element).closest<HTMLElement>(".card");
    if (card === null || (this.carried === null && typing(event.target))) return;
    const onName = (event.target as Element).matches(".name") || event.target === card;
    if (this.carried === null) {
      if (event.key === " " && onName && card.dataset["moveUrl"]) {
        event.preventDefault();
        this.lift(card);
      } else if (ARROWS[event.key] && onName) {
        event.preventDefault();
        this.walk(card, ARROWS[event.key] as Direction);
      }
      return;
    }
    const direction = ARROWS[event.key];
    if (direction) {
      event.preventDefault();
      this.carry(direction);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      this.release();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.giveUp();
    }
  };

  /** Arrows without a card in hand: to the neighbouring card. */
  private walk(card: HTMLElement, direction: Direction): void {
    const at = this.placeOf(card);
    const sizes = this.lists().map((list) => this.cards(list).length);
    let next = step(at, direction, sizes.map((size) => Math.max(0, size - 1)));
    while (sizes[next.column] === 0) {
      const further = step(next, direction, sizes);
      if (!moved(next, further)) return;
      next = further;
    }
    this.cards(this.lists()[next.column])[next.index]?.querySelector<HTMLElement>(".name")?.focus();
  }

  private lift(card: HTMLElement): void {
    this.carried = { card, from: this.placeOf(card) };
    card.setAttribute("data-lifted", "");
    announce(say("picked", this.words(card)));
  }

  private carry(direction: Direction): void {
    if (this.carried === null) return;
    const { card } = this.carried;
    const sizes = this.lists().map((list) => this.cards(list).filter((other) => other !== card).length);
    this.put(card, step(this.placeOf(card), direction, sizes));
    card.querySelector<HTMLElement>(".name")?.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(say("at", this.words(card)));
  }

  private release(): void {
    if (this.carried === null) return;
    const { card, from } = this.carried;
    this.carried = null;
    card.removeAttribute("data-lifted");
    announce(say("dropped", this.words(card)));
    if (moved(from, this.placeOf(card))) void this.drop(card, from);
  }

  private giveUp(): void {
    if (this.carried === null) return;
    const { card, from } = this.carried;
    this.carried = null;
    card.removeAttribute("data-lifted");
    this.put(card, from);
    card.querySelector<HTMLElement>(".name")?.focus();
    announce(say("returned", this.words(card)));
  }

  private readonly onLeave = (): void => {
    const held = this.carried;
    if (held === null) return;
    setTimeout(() => {
      if (this.carried === held && !held.card.contains(document.activeElement)) this.giveUp();
    });
  };

  /* -------------------------------------------------------------------- server */

  private async drop(card: HTMLElement, from: Place): Promise<void> {
    const column = card.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
    const { index } = this.placeOf(card);
    const list = this.lists()[this.placeOf(card).column];
    const ids = this.cards(list).filter((other) => other !== card).map((other) => other.dataset["id"] ?? "");
    const values = { [this.dataset["param"] ?? "stage"]: column, version: card.dataset["version"] ?? "", after: above(ids, index) };
    const url = card.dataset["moveUrl"] ?? "";
    card.setAttribute("aria-busy", "true");
    const answer = await send(url, formData(values));
    card.removeAttribute("aria-busy");
    if (answer.ok) this.finish(card, answer);
    else if (answer.status === 422 && answer.html.includes("<dialog")) this.ask(card, from, url, values, answer.html);
    else this.refuse(card, from, answer);
  }

  private finish(card: HTMLElement, answer: Answer): void {
    const focused = card.contains(document.activeElement);
    const rest = settle(answer.html);
    const fresh = rest.querySelector<HTMLElement>(".card");
    // into a zone, or to where the view's filter no longer has it
    if (fresh === null || card.closest(".zone") !== null) {
      const next = (focused ? this.querySelector<HTMLElement>(".col .card .name") : null) ?? null;
      card.remove();
      next?.focus();
    } else {
      card.replaceWith(fresh);
      this.dress(fresh.parentElement ?? this);
      htmx.process(fresh);
      if (focused) fresh.querySelector<HTMLElement>(".name")?.focus();
    }
    this.dispatchEvent(new CustomEvent("sj:moved", { bubbles: true }));
  }

  private refuse(card: HTMLElement, from: Place, answer: Answer): void {
    this.put(card, from);
    const text = say("refused", { ...this.words(card), reason: answer.reason });
    announce(text);
    if (answer.status === 0) failed(answer, () => undefined);
    else toast({ message: text, tone: "bad" });
  }

  /** The server asks for what is missing: its dialog's form finishes the move, closing undoes it. */
  private ask(card: HTMLElement, from: Place, url: string, values: Record<string, string>, html: string): void {
    const host = document.getElementById("dialogs") ?? document.body;
    const box = document.createElement("template");
    box.innerHTML = html;
    const dialog = box.content.querySelector<HTMLElement>("sj-dialog");
    const form = dialog?.querySelector("form");
    if (!dialog || !form) return this.refuse(card, from, { ok: false, status: 422, html, reason: say("failed"), response: null });
    for (const name of form.getAttributeNames()) if (name.startsWith("hx-")) form.removeAttribute(name);
    let done = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form, event.submitter);
      for (const [key, value] of Object.entries(values)) if (!data.has(key)) data.append(key, value);
      form.setAttribute("aria-busy", "true");
      void send(form.getAttribute("action") || url, data).then((answer) => {
        form.removeAttribute("aria-busy");
        if (answer.ok) {
          done = true;
          dialog.querySelector("dialog")?.close();
          this.finish(card, answer);
        } else if (answer.status === 422 && answer.html.includes("<dialog")) {
          done = true;
          dialog.querySelector("dialog")?.close();
          this.ask(card, from, url, values, answer.html);
        } else toast({ message: answer.reason, tone: "bad" });
      });
    });
    dialog.addEventListener("sj:closed", () => {
      if (!done) {
        this.put(card, from);
        announce(say("returned", this.words(card)));
      }
      card.querySelector<HTMLElement>(".name")?.focus();
    });
    host.append(dialog);
  }
}
define("sj-board", SjBoard);
