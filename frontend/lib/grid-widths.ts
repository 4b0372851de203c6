/* Widths of columns: the edge of a head is dragged, its menu does the same by keys; kept by the server. */
import { make } from "./dom.ts";
import { follow, swallowClick } from "./drag.ts";
import { formData, send } from "./request.ts";
import { icon, say } from "./words.ts";
import type { SjGrid } from "../elements/grid.ts";

const NARROWEST = 48;
const WIDEST = 800;
const STEP = 16;

const clamp = (width: number): number => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));

export class Widths {
  private timer = 0;

  constructor(private readonly host: SjGrid) {
    const heads = this.heads();
    for (const head of heads) {
      const grip = make("span", { class: "col-grip", "aria-hidden": "true" });
      grip.addEventListener("pointerdown", (event) => this.drag(event, head));
      grip.addEventListener("dblclick", () => this.fit(head));
      grip.addEventListener("click", (event) => event.preventDefault());
      head.append(this.menu(head), grip);
      head.addEventListener("keydown", (event) => {
        if (event.altKey && event.key === "ArrowDown" && !(event.target as Element).closest("sj-menu")) {
          event.preventDefault();
          const summary = head.querySelector("summary");
          summary?.focus();
          summary?.click();
        }
      });
    }
  }

  private heads(): HTMLTableCellElement[] {
    return [...(this.host.grid.table.tHead?.rows[0]?.cells ?? [])].filter((head) => !head.matches(".pick"));
  }

  /** The columns as they are now; from here on each has its width. */
  private columns(): HTMLTableColElement[] {
    const { table } = this.host.grid;
    let group = table.querySelector("colgroup");
    if (group === null) {
      const now = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => Math.ceil(head.getBoundingClientRect().width));
      group = make("colgroup", {}, ...now.map((width) => make("col", { width: String(Math.min(width, WIDEST)) })));
      table.prepend(group);
      table.classList.add("sized");
    }
    return [...group.querySelectorAll("col")];
  }

  private set(head: HTMLTableCellElement, width: number): void {
    const column = this.columns()[head.cellIndex];
    if (column) column.width = String(clamp(width));
  }

  private drag(event: PointerEvent, head: HTMLTableCellElement): void {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const width = head.offsetWidth;
    const way = getComputedStyle(head).direction === "rtl" ? -1 : 1;
    let moved = false;
    this.host.toggleAttribute("data-sizing", true);
    follow(
      (move) => {
        if (!moved && Math.abs(move.clientX - from) < 3) return;
        moved = true;
        this.set(head, width + way * (move.clientX - from));
      },
      () => {
        this.host.toggleAttribute("data-sizing", false);
        swallowClick(head);
        if (moved) this.keep();
      },
    );
  }

  /** As wide as what stands in it. */
  private fit(head: HTMLTableCellElement): void {
    const span = document.createRange();
    let widest = 0;
    for (const row of this.host.grid.rows()) {
      const cell = row.cells[head.cellIndex];
      if (!cell || row.matches(".group")) continue;
      span.selectNodeContents(cell.matches("th") ? (cell.querySelector("a") ?? cell) : cell);
      for (const box of span.getClientRects()) {
        const left = cell.getBoundingClientRect().left;
        widest = Math.max(widest, cell.matches(".num") ? box.width + 8 : box.right - left);
      }
    }
    this.set(head, Math.min(480, widest + 12));
    this.keep();
  }

  private reset(): void {
    const { table } = this.host.grid;
    table.querySelector("colgroup")?.remove();
    table.classList.remove("sized");
    window.clearTimeout(this.timer);
    this.send({});
  }

  private keep(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const widths: Record<string, number> = {};
      const columns = this.columns();
      for (const head of this.heads()) widths[head.dataset["k"] ?? ""] = Number(columns[head.cellIndex]?.width ?? 0);
      this.send(widths);
    }, 400);
  }

  private send(widths: Record<string, number>): void {
    const { widths: url, view } = this.host.dataset;
    if (url) void send(url, formData({ widths: JSON.stringify(widths), view: view ?? "" }));
  }

  private menu(head: HTMLTableCellElement): HTMLElement {
    const name = this.host.grid.label(head.cellIndex);
    const pop = make("div", { class: "menu-pop" });
    const items: [string, string, () => void][] = [
      ["wider", "plus", () => this.step(head, STEP)],
      ["narrower", "minus", () => this.step(head, -STEP)],
      ["fitColumn", "columns-3", () => this.fit(head)],
      ["resetColumns", "arrow-back-up", () => this.reset()],
    ];
    for (const [word, sign, run] of items) {
      const item = make("button", { type: "button", class: "menu-item" }, icon(sign), say(word));
      item.addEventListener("click", run);
      pop.append(item);
    }
    const summary = make("summary", { "aria-label": say("columnMenu", { name }), title: say("columnMenu", { name }), tabindex: "-1" }, icon("chevron-down", "s14"));
    return make("sj-menu" as "div", { class: "col-menu" }, make("details", { class: "menu" }, summary, pop));
  }

  private step(head: HTMLTableCellElement, by: number): void {
    this.set(head, head.offsetWidth + by);
    this.keep();
  }
}
