/* <sj-grid>: a list as a spreadsheet. One cell has the cursor; arrows, Home, End, Page and Tab move
   it, Shift chooses a range, Enter, F2 or typing edits, Esc leaves the cells. The table becomes an
   ARIA grid with a roving tab stop; without script it stays a table. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { between, types } from "../lib/cells.ts";
import type { Range } from "../lib/cells.ts";
import { announce, byTouch, define, make, toast, typing } from "../lib/dom.ts";
import { valueCell } from "../lib/drag.ts";
import { change, placeHandle } from "../lib/grid-change.ts";
import { clipboard } from "../lib/grid-clip.ts";
import { CellEntry } from "../lib/grid-entry.ts";
import type { After, Typed } from "../lib/grid-entry.ts";
import { keepPlace, takePlace } from "../lib/grid-place.ts";
import { pointer } from "../lib/grid-pointer.ts";
import { GridTable } from "../lib/grid-table.ts";
import { Widths } from "../lib/grid-widths.ts";
import { send } from "../lib/request.ts";
import { say } from "../lib/words.ts";
import type { SjInlineEdit } from "./inline-edit.ts";

const ARROWS: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class SjGrid extends HTMLElement {
  grid!: GridTable;
  private cursor: HTMLTableCellElement | null = null;
  private anchor: HTMLTableCellElement | null = null;
  /** Left by Esc: Tab goes on behind the cells. */
  private left = false;
  private entry = this.newEntry();
  private endings: (() => void)[] = [];
  private watch: MutationObserver | null = null;

  connectedCallback(): void {
    const table = this.querySelector("table");
    if (table === null) return;
    this.grid = new GridTable(table);
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    if (this.dataset["help"]) table.setAttribute("aria-describedby", this.dataset["help"]);
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("focusin", this.onFocus);
    this.addEventListener("blur", () => (this.left = false));
    this.addEventListener("sj:go", this.onGo);
    this.addEventListener("sj:saved", this.onSaved);
    pointer(this);
    this.endings = [clipboard(this), keepPlace(this)];
    document.body.addEventListener("sj:cells", this.onCells);
    this.watch = new MutationObserver(this.settle);
    this.watch.observe(table, { childList: true, subtree: true });
    this.settle();
    new Widths(this);
    takePlace(this);
  }

  disconnectedCallback(): void {
    this.watch?.disconnect();
    for (const end of this.endings) end();
    document.body.removeEventListener("sj:cells", this.onCells);
  }

  /** After rows came or went: their controls are tamed, the cursor stands on a row that is there. */
  private readonly settle = (): void => {
    this.grid.tame();
    if (this.cursor?.isConnected) return;
    const row = this.grid.records()[0];
    const cell = row?.cells[this.grid.first];
    this.anchor = null;
    if (cell) this.point(cell, false);
  };

  // ------------------------------------------------------------------------------ the cursor

  /** Put the cursor on a cell. */
  point(cell: HTMLTableCellElement, focus = true): void {
    if (this.cursor && this.cursor !== cell) {
      this.cursor.removeAttribute("data-cursor");
      this.grid.target(this.cursor).tabIndex = this.cursor.matches("th") ? 0 : -1;
    }
    this.cursor = cell;
    cell.setAttribute("data-cursor", "");
    this.place(cell);
    const target = this.grid.target(cell);
    if (target !== cell) cell.tabIndex = -1;
    target.tabIndex = 0;
    if (this.anchor === null) placeHandle(this);
    if (!focus) return;
    target.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private newEntry(): CellEntry {
    const entry = new CellEntry((typed) => {
      const cell = entry.field.closest<HTMLTableCellElement>("td");
      if (cell) this.edit(cell, typed);
    });
    return entry;
  }

  /** The field that takes what is typed: in a cell that can be typed over. By touch it comes with
      the first key of a keyboard only, or every tap would open the one on the screen. */
  private place(cell: HTMLTableCellElement, keys = !byTouch()): void {
    if (this.entry.field.parentElement !== cell) {
      // what is being typed stays with its cell until the editor is there
      if (this.entry.begun) this.entry = this.newEntry();
      else this.entry.field.remove();
      if (!keys || !this.grid.typed(cell) || cell.querySelector(".editing")) return;
      cell.append(this.entry.field);
    }
    this.entry.field.setAttribute("aria-label", `${this.grid.label(cell.cellIndex)} ${this.grid.text(cell)}`);
  }

  /** The range chosen; the one cell of the cursor without one. */
  range(): Range | null {
    if (!this.cursor) return null;
    return between(this.grid.place(this.anchor?.isConnected ? this.anchor : this.cursor), this.grid.place(this.cursor));
  }

  /** Whether more than the cell of the cursor is chosen. */
  get ranged(): boolean {
    return this.anchor !== null;
  }

  get cell(): HTMLTableCellElement | null {
    return this.cursor;
  }

  /** Choose from the anchor to this cell. */
  extend(cell: HTMLTableCellElement): void {
    if (valueCell(cell, this) === null) return;
    if (this.anchor === null && valueCell(this.cursor, this)) this.anchor = this.cursor;
    this.point(cell);
    this.paint();
    const range = this.range();
    if (range) announce(say("cellsChosen", { rows: this.grid.cells(range).length, columns: range.right - range.left + 1 }));
  }

  /** Choose from one cell to another. */
  choose(from: HTMLTableCellElement, to: HTMLTableCellElement): void {
    this.moving = true;
    this.anchor = from;
    this.extend(to);
    this.moving = false;
  }

  /** No range any more. False: there was none. */
  collapse(): boolean {
    const had = this.anchor !== null;
    this.anchor = null;
    this.paint();
    return had;
  }

  private paint(): void {
    const range = this.anchor ? this.range() : null;
    for (const cell of this.grid.table.querySelectorAll("td[aria-selected]")) cell.removeAttribute("aria-selected");
    if (range) for (const cell of this.grid.cells(range).flat()) cell.setAttribute("aria-selected", "true");
    placeHandle(this);
  }

  private readonly onFocus = (event: FocusEvent): void => {
    const target = event.target as HTMLElement;
    if (target === this || target.closest(".editing, sj-menu")) return;
    const cell = target.closest<HTMLTableCellElement>("td, th");
    if (cell === null) return;
    if (cell !== this.cursor && this.anchor && !this.moving) this.collapse();
    if (target.matches(".edit-show")) return this.point(cell);
    this.point(cell, false);
    if (target === cell) this.grid.target(cell).focus({ preventScroll: true });
  };

  private moving = false;

  go(cell: HTMLTableCellElement | null | undefined, extend = false): void {
    if (!cell) return;
    this.moving = true;
    if (extend) this.extend(cell);
    else {
      this.collapse();
      this.point(cell);
    }
    this.moving = false;
  }

  // ------------------------------------------------------------------------------ keys

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const target = event.target as HTMLElement;
    if (target === this) return this.atEdge(event);
    if (target === this.entry.field && this.entry.begun) return this.entry.key(event);
    if (target.closest(".editing, sj-menu") || (typing(target) && !target.matches(".pick *, .cell-entry"))) return;
    const cell = target.closest<HTMLTableCellElement>("td, th");
    if (cell === null || event.altKey) return;
    if (this.move(cell, event) || this.act(cell, event)) event.preventDefault();
  };

  /** Keys on the frame around the cells. */
  private atEdge(event: KeyboardEvent): void {
    if (event.key === "Enter" && this.cursor) {
      event.preventDefault();
      this.point(this.cursor);
    } else if (event.key === "Tab" && !event.shiftKey && this.left) {
      const stops = [...document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
      const next = stops.find((one) => !this.contains(one) && this.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && one.tabIndex >= 0 && one.checkVisibility() && !one.matches(":disabled"));
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  /** True when the key moved the cursor or the range. */
  private move(cell: HTMLTableCellElement, event: KeyboardEvent): boolean {
    const at = this.grid.place(cell);
    const mod = event.ctrlKey || event.metaKey;
    const arrow = ARROWS[event.key];
    const rows = this.grid.rows();
    const { first, last } = this.grid;
    const top = rows.findIndex((row) => row.dataset["id"] !== undefined);
    const end = rows.length - 1;
    const pageful = Math.max(1, Math.floor(this.clientHeight / Math.max(1, cell.offsetHeight)) - 2);
    let to: HTMLTableCellElement | null = null;
    if (arrow && mod) {
      const [down, across] = arrow;
      to = this.grid.cell({ row: down > 0 ? end : down < 0 ? top : at.row, column: across > 0 ? last : across < 0 ? first : at.column });
    } else if (arrow) to = this.grid.near(at, arrow[0], arrow[1]);
    else if (event.key === "Home" || event.key === "End")
      to = this.grid.cell({ row: mod ? (event.key === "Home" ? top : end) : at.row, column: event.key === "Home" ? first : last });
    else if (event.key === "PageUp" || event.key === "PageDown") to = this.grid.page(at, (event.key === "PageUp" ? -1 : 1) * pageful);
    else if (event.key === "Tab" && !mod && cell.matches("tr[data-id] > td")) {
      to = this.grid.beside(cell, event.shiftKey ? -1 : 1);
      this.go(to);
      return to !== null;
    } else return false;
    this.go(to, event.shiftKey);
    return true;
  }

  /** True when the key did something with the cell. */
  private act(cell: HTMLTableCellElement, event: KeyboardEvent): boolean {
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") return this.collapse() || this.leave();
    if (valueCell(cell, this) === null) return false;
    const named = cell.matches(".name");
    if (event.key === "F2") this.edit(cell);
    else if (event.key === "Enter" && !mod) this.enter(cell, named);
    else if (event.key === " ") cell.parentElement?.querySelector<HTMLInputElement>("[data-pick]")?.click();
    else if (mod && event.key.toLowerCase() === "z") return this.undo();
    else if (mod && event.key.toLowerCase() === "d") void change(this, "fill");
    else if (mod && event.key.toLowerCase() === "a") this.all();
    else if ((event.key === "Delete" || event.key === "Backspace") && !mod) void change(this, "clear");
    else if (types(event) && !named) {
      if (this.grid.typed(cell)) {
        // the key itself writes into the field; the list does not hear of it
        this.place(cell, true);
        this.grid.target(cell).focus({ preventScroll: true });
        event.stopPropagation();
        return false;
      } else if (this.grid.opens(cell)) this.edit(cell);
      else if (/\d/.test(event.key)) this.refuse(cell);
      else return false; // a key of the list
    } else return false;
    return true;
  }

  private enter(cell: HTMLTableCellElement, named: boolean): void {
    const link = cell.querySelector<HTMLAnchorElement>("a[href]");
    if (link && (named || !this.grid.opens(cell))) link.click();
    else this.edit(cell);
  }

  /** All cells of the rows in sight. */
  private all(): void {
    const records = this.grid.records();
    const [from, to] = [records[0]?.cells[this.grid.first], records.at(-1)?.cells[this.grid.last]];
    if (from && to) this.choose(from, to);
  }

  private undo(): boolean {
    const button = document.querySelector<HTMLElement>("sj-toast [data-key=z]");
    button?.click();
    return button !== null;
  }

  /** Esc: first gives up a selection of rows, then goes to the frame, from where Tab goes on. */
  private leave(): boolean {
    if (this.querySelector("[data-pick]:checked")) {
      this.closest("sj-list")?.querySelector<HTMLElement>("[data-clear]")?.click();
      return true;
    }
    this.focus({ preventScroll: true });
    this.left = true;
    announce(say("cellsLeft"));
    return true;
  }

  // ------------------------------------------------------------------------------ editing

  private refuse(cell: HTMLTableCellElement): void {
    const open = this.grid.head(cell.cellIndex)?.dataset["edit"] !== undefined;
    toast({ message: say(open ? "rowClosed" : "columnClosed", { name: this.grid.label(cell.cellIndex) }) });
  }

  edit(cell: HTMLTableCellElement, typed?: () => Promise<Typed | null>): void {
    if (!this.grid.opens(cell)) return this.refuse(cell);
    const row = cell.closest<HTMLTableRowElement>("tr[data-id]");
    if (row === null) return;
    const key = this.grid.key(cell.cellIndex);
    if (cell.dataset["edit"] === "page") {
      const next = encodeURIComponent(location.pathname + location.search);
      void htmx.ajax("get", `${row.dataset["href"]}edit/?fields=${key}&next=${next}`, { target: "#dialogs", swap: "innerHTML" });
      return;
    }
    let editor = cell.querySelector<SjInlineEdit>("sj-inline-edit");
    if (editor === null) {
      // a link: the editor comes around it when it is asked for
      editor = make("sj-inline-edit" as "span", {
        "data-url": `${row.dataset["href"]}field/${key}/`,
        "data-version": row.dataset["version"] ?? "",
        "data-column": key,
        "data-label": this.grid.label(cell.cellIndex),
      }) as unknown as SjInlineEdit;
      editor.append(...cell.childNodes);
      cell.append(editor);
    }
    this.collapse();
    const { entry } = this;
    void editor.open(typed).finally(() => {
      // the editor has what was typed, or could not come and said why
      entry.clear();
      if (entry !== this.entry || cell.querySelector(".editing")) entry.field.remove();
    });
  }

  /** A saved cell says where it goes next. */
  private readonly onGo = (event: Event): void => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (cell === null) return;
    event.preventDefault();
    const after = (event as CustomEvent<After>).detail;
    if (after === "down") this.go(this.grid.below(cell) ?? cell);
    else if (after === "stay") this.go(cell);
    else this.go(this.grid.beside(cell, after === "next" ? 1 : -1) ?? cell);
  };

  private readonly onSaved = (event: Event): void => {
    const id = (event.target as Element).closest<HTMLElement>("tr")?.dataset["id"];
    if (id !== undefined) void this.refresh([id]);
  };

  private readonly onCells = (event: Event): void => {
    const ids = (event as CustomEvent<{ ids?: number[] }>).detail?.ids ?? [];
    void this.refresh(ids.map(String));
  };

  /** Draw rows anew as the server has them, and the totals; the order stays until the next visit. */
  async refresh(ids: readonly string[]): Promise<void> {
    const answer = await send(location.pathname + location.search);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(answer.html, "text/html");
    const column = this.cursor?.cellIndex ?? 0;
    const focused = this.contains(document.activeElement) && document.activeElement !== this;
    for (const id of ids) {
      const old = this.querySelector<HTMLTableRowElement>(`tr[data-id="${CSS.escape(id)}"]`);
      const now = fresh.querySelector<HTMLTableRowElement>(`sj-grid tr[data-id="${CSS.escape(id)}"]`);
      if (!old || !now || old.querySelector(".editing, .cell-entry[data-begun]")) continue;
      const here = this.cursor !== null && old.contains(this.cursor);
      const pick = now.querySelector<HTMLInputElement>("[data-pick]");
      if (pick) pick.checked = old.querySelector<HTMLInputElement>("[data-pick]")?.checked ?? false;
      const anchored = this.anchor && old.contains(this.anchor) ? this.anchor.cellIndex : -1;
      old.replaceWith(now);
      htmx.process(now);
      if (anchored >= 0) this.anchor = now.cells[anchored] ?? null;
      if (here) {
        this.cursor = null;
        this.grid.tame();
        const cell = now.cells[column];
        if (cell) this.point(cell, focused);
      }
    }
    const [foot, sums] = [document, fresh].map((page) => page.querySelector(".table-foot"));
    if (foot && sums) {
      foot.replaceWith(sums);
      htmx.process(sums);
    }
    this.paint();
    this.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
  }

  // ------------------------------------------------------------------------------ copying, mouse

  /** Whether keys and the clipboard are about the cells now. */
  get active(): boolean {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === this || !this.contains(at)) return false;
    return (!typing(at) || (at === this.entry.field && !this.entry.begun)) && at.closest("tr[data-id] > td") !== null;
  }
}
define("sj-grid", SjGrid);
