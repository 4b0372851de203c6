/* Which rows a click, a shift-click or Shift X selects. */
export function range(ids: readonly string[], anchor: string | null, target: string): string[] {
  const to = ids.indexOf(target);
  const from = anchor === null ? to : ids.indexOf(anchor);
  if (to < 0) return [];
  if (from < 0) return [target];
  return ids.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** The row `by` further than `current`, kept inside; the first when none is current. */
export function neighbour(ids: readonly string[], current: string | null, by: number): string | null {
  if (ids.length === 0) return null;
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[by > 0 ? 0 : ids.length - 1] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null;
}
