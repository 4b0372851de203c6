/* The table of a grid: its rows and cells in sight, what stands in them, where the focus goes. */
import { plainNumber } from "./cells.ts";
import type { Place, Range } from "./cells.ts";

const INNER = "a[href], button, input:not([type=hidden]), select, summary";

export class GridTable {
  constructor(readonly table: HTMLTableElement) {}

  /** Rows in sight, heads first. */
  rows(): HTMLTableRowElement[] {
    return [...this.table.rows].filter((row) => row.offsetParent !== null);
  }

  /** Rows of records in sight, without heads and group lines. */
  records(): HTMLTableRowElement[] {
    return this.rows().filter((row) => row.dataset["id"] !== undefined);
  }

  head(column: number): HTMLTableCellElement | null {
    return this.table.tHead?.rows[0]?.cells[column] ?? null;
  }

  /** The first column that holds a value: beside the tick boxes. */
  get first(): number {
    return this.head(0)?.matches(".pick") ? 1 : 0;
  }

  get last(): number {
    return (this.table.tHead?.rows[0]?.cells.length ?? 1) - 1;
  }

  key(column: number): string {
    return this.head(column)?.dataset["k"] ?? "";
  }

  label(column: number): string {
    const head = this.head(column);
    return (head?.querySelector(":scope > a") ?? head?.firstChild)?.textContent?.trim() ?? "";
  }

  cell(place: Place): HTMLTableCellElement | null {
    const found = this.rows()[place.row]?.cells[place.column] ?? null;
    return found?.offsetParent === null ? null : found;
  }

  place(cell: HTMLTableCellElement): Place {
    return { row: this.rows().indexOf(cell.parentElement as HTMLTableRowElement), column: cell.cellIndex };
  }

  /** The next cell in a direction; what is out of sight is passed over. Null at the edge. */
  near(from: Place, down: number, across: number): HTMLTableCellElement | null {
    const rows = this.rows();
    let { row, column } = from;
    for (;;) {
      row += down;
      column += across;
      if (row < 0 || row >= rows.length || column < 0 || column > this.last) return null;
      const cell = rows[row]?.cells[column];
      if (cell && cell.offsetParent !== null) return cell;
    }
  }

  /** So many rows up or down, kept among the rows of records. */
  page(from: Place, by: number): HTMLTableCellElement | null {
    const records = this.records();
    const row = this.rows()[from.row];
    const at = row === undefined ? 0 : Math.max(0, records.indexOf(row));
    return records[Math.max(0, Math.min(records.length - 1, at + by))]?.cells[from.column] ?? null;
  }

  /** The next cell with a value, row after row; null behind the last and before the first. */
  beside(cell: HTMLTableCellElement, by: number): HTMLTableCellElement | null {
    const all = this.records().flatMap((row) => [...row.cells].filter((one) => one.cellIndex >= this.first && one.offsetParent !== null));
    const at = all.indexOf(cell);
    return at < 0 ? (by > 0 ? (all[0] ?? null) : null) : (all[at + by] ?? null);
  }

  /** The cell of the next record in the same column. */
  below(cell: HTMLTableCellElement): HTMLTableCellElement | null {
    const records = this.records();
    return records[records.indexOf(cell.parentElement as HTMLTableRowElement) + 1]?.cells[cell.cellIndex] ?? null;
  }

  /** What takes the focus for a cell: its only control in heads and tick boxes, the field that takes
      what is typed where it stands, else itself. */
  target(cell: HTMLTableCellElement): HTMLElement {
    const entry = cell.querySelector<HTMLElement>(".cell-entry");
    if (entry !== null) return entry;
    if (!cell.matches("th, .pick")) return cell;
    return cell.querySelector<HTMLElement>("a[href], input:not([hidden]), button") ?? cell;
  }

  /** Only the cell of the cursor is a stop of the Tab key; what stands in cells is reached from them. */
  tame(): void {
    for (const cell of this.table.querySelectorAll<HTMLElement>("tbody td:not([tabindex])")) {
      if (this.target(cell as HTMLTableCellElement) === cell) cell.tabIndex = -1;
      if (cell.matches("tr[data-id] > td:not(.pick)") && !this.opens(cell)) cell.setAttribute("aria-readonly", "true");
    }
    for (const inner of this.table.querySelectorAll<HTMLElement>(`tbody tr[data-id] :is(${INNER}):not([tabindex])`))
      if (!inner.closest(".editing")) inner.tabIndex = -1;
  }

  /** Whether the reader may change this cell. */
  opens(cell: HTMLElement): boolean {
    return "edit" in cell.dataset || cell.querySelector("sj-inline-edit") !== null;
  }

  /** Whether typing writes over this cell: in its own place, and not over the name, where single
      keys are the list's. */
  typed(cell: HTMLElement): boolean {
    return cell.matches("tr[data-id] > td:not(.name)") && this.opens(cell) && cell.dataset["edit"] !== "page";
  }

  cells(range: Range): HTMLTableCellElement[][] {
    return this.rows()
      .slice(range.top, range.bottom + 1)
      .filter((row) => row.dataset["id"] !== undefined)
      .map((row) => [...row.cells].slice(Math.max(this.first, range.left), range.right + 1));
  }

  /** What a cell says, so that a spreadsheet takes it and a paste reads it back. */
  text(cell: HTMLElement): string {
    if (cell.dataset["v"] !== undefined) return cell.dataset["v"];
    if (cell.querySelector(".flag, a.do") !== null) return "";
    const tags = cell.querySelectorAll(".tags > .tag");
    if (tags.length > 0) return [...tags].map((tag) => tag.textContent?.trim() ?? "").join(", ");
    const mark = cell.querySelector("[role=img][aria-label]");
    if (mark !== null) return mark.getAttribute("aria-label") ?? "";
    const whole = cell.querySelector<HTMLElement>("a[title], span[title]:not(.fill-handle)");
    const shown = (whole?.title || (cell.querySelector(".edit-show, a") ?? cell).textContent || "").trim();
    if (shown === "–") return "";
    return cell.matches(".num") ? plainNumber(shown) : shown;
  }
}
