/* Where somebody is in a grid, kept over a reload (an undo reloads the page) and over the way back. */
import type { SjGrid } from "../elements/grid.ts";

const KEY = "sj-grid";

interface Place {
  address: string;
  row: string;
  column: string;
  top: number;
  left: number;
  focused: boolean;
}

/** Note the place when the page goes; call the result to stop. */
export function keepPlace(grid: SjGrid): () => void {
  const note = (): void => {
    const { cell } = grid;
    const place: Place = {
      address: location.pathname + location.search,
      row: cell?.closest("tr")?.dataset["id"] ?? "",
      column: cell ? grid.grid.key(cell.cellIndex) : "",
      top: grid.scrollTop,
      left: grid.scrollLeft,
      focused: grid.active,
    };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(place));
    } catch {
      /* no storage here: the list begins at its top */
    }
  };
  window.addEventListener("pagehide", note);
  return () => window.removeEventListener("pagehide", note);
}

/** Back to where one was, when this is the same list again. */
export function takePlace(grid: SjGrid): void {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (visit === undefined || !["reload", "back_forward"].includes(visit.type)) return;
  let place: Place | null = null;
  try {
    place = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Place | null;
  } catch {
    /* no storage, or not ours */
  }
  if (place === null || place.address !== location.pathname + location.search) return;
  grid.scrollTo(place.left, place.top);
  const row = grid.querySelector<HTMLTableRowElement>(`tr[data-id="${CSS.escape(place.row)}"]`);
  const cell = row ? [...row.cells].find((one) => grid.grid.key(one.cellIndex) === place.column) : undefined;
  if (cell) grid.point(cell, place.focused);
}
