/* Where a card goes when it is carried with the keyboard: columns are lists of card ids. */
export interface Place {
  column: number;
  index: number;
}

export type Direction = "up" | "down" | "left" | "right";

/** The place one step further; the same place at an edge. `sizes` count cards without the carried. */
export function step(place: Place, direction: Direction, sizes: readonly number[]): Place {
  const { column, index } = place;
  const room = sizes[column] ?? 0;
  switch (direction) {
    case "up":
      return { column, index: Math.max(0, index - 1) };
    case "down":
      return { column, index: Math.min(room, index + 1) };
    default: {
      const next = column + (direction === "left" ? -1 : 1);
      if (next < 0 || next >= sizes.length) return place;
      return { column: next, index: Math.min(index, sizes[next] ?? 0) };
    }
  }
}

/** Id of the card that stands above `index`, empty on top. `ids` without the carried card. */
export const above = (ids: readonly string[], index: number): string => (index > 0 ? (ids[index - 1] ?? "") : "");

/** Did the card leave its place? */
export const moved = (from: Place, to: Place): boolean => from.column !== to.column || from.index !== to.index;
