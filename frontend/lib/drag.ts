/* Following the pointer over cells. */

/** The cell with a value that something lies in; null outside, in heads, group lines and tick boxes. */
export function valueCell(inside: EventTarget | null, grid: Element): HTMLTableCellElement | null {
  const cell = inside instanceof Element ? inside.closest<HTMLTableCellElement>("tr[data-id] > td:not(.pick)") : null;
  return cell && grid.contains(cell) ? cell : null;
}

/** Call `over` as the pointer moves and `done` once when it is let go. */
export function follow(over: (event: PointerEvent) => void, done: () => void): void {
  const end = (): void => {
    document.removeEventListener("pointermove", over);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    done();
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}

/** The click that ends a drag opens nothing. */
export function swallowClick(element: Element): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  element.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => element.removeEventListener("click", stop, { capture: true }), 300);
}
