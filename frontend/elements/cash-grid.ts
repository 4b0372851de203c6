/* <sj-cash-grid>: cells copied from a spreadsheet fall into the cells from here on. */
import { define } from "../lib/dom.ts";

class SjCashGrid extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("paste", this.onPaste);
  }

  private readonly onPaste = (event: ClipboardEvent): void => {
    const from = (event.target as Element).closest<HTMLInputElement>("input.cell:not([type=date])");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (from === null || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = [...this.querySelectorAll<HTMLElement>("tbody tr")];
    const top = rows.findIndex((row) => row.contains(from));
    const left = this.cells(rows[top]).indexOf(from);
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
      const row = this.cells(rows[top + down]);
      line.split("\t").forEach((value, right) => {
        const cell = row[left + right];
        if (cell) cell.value = value.trim();
      });
    });
  };

  private cells(row: HTMLElement | undefined): HTMLInputElement[] {
    return row ? [...row.querySelectorAll<HTMLInputElement>("input.cell")] : [];
  }
}
define("sj-cash-grid", SjCashGrid);
