/* The mouse in a grid: Shift-click and dragging choose a range, a double click edits, the handle at
   the corner fills. */
import { follow, swallowClick, valueCell } from "./drag.ts";
import { dragHandle } from "./grid-change.ts";
import type { SjGrid } from "../elements/grid.ts";

export function pointer(grid: SjGrid): void {
  grid.addEventListener("dragstart", (event) => {
    if ((event.target as Element).closest("td")) event.preventDefault();
  });
  grid.addEventListener("dblclick", (event) => {
    const cell = (event.target as Element).closest(".editing, a, button") ? null : valueCell(event.target, grid);
    if (cell && grid.grid.opens(cell)) grid.edit(cell);
  });
  grid.addEventListener("pointerdown", (event) => down(grid, event));
}

function down(grid: SjGrid, event: PointerEvent): void {
  if (event.button !== 0 || event.pointerType === "touch" || (event.target as Element).closest(".editing")) return;
  if ((event.target as Element).closest(".fill-handle")) {
    event.preventDefault();
    return dragHandle(grid);
  }
  const from = valueCell(event.target, grid);
  if (from === null) return;
  if (event.shiftKey) {
    event.preventDefault();
    grid.go(from, true);
    return swallowClick(grid);
  }
  let dragged = false;
  follow(
    (move) => {
      const cell = valueCell(document.elementFromPoint(move.clientX, move.clientY), grid);
      if (!cell || (cell === from && !dragged)) return;
      if (!dragged) grid.go(from);
      dragged = true;
      getSelection()?.removeAllRanges();
      if (cell !== grid.cell) grid.go(cell, true);
    },
    () => dragged && swallowClick(grid),
  );
}
