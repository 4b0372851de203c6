/* Cells as text: what is copied, how a range lies, where an arrow goes. Without a document. */
export interface Place {
  row: number;
  column: number;
}

export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The range between two corners. */
export function between(one: Place, other: Place): Range {
  return {
    top: Math.min(one.row, other.row),
    bottom: Math.max(one.row, other.row),
    left: Math.min(one.column, other.column),
    right: Math.max(one.column, other.column),
  };
}

export const holds = (range: Range, place: Place): boolean =>
  place.row >= range.top && place.row <= range.bottom && place.column >= range.left && place.column <= range.right;

/** Tab-separated text as spreadsheets take it: what would break a cell stands in quotes. */
export function asText(rows: readonly (readonly string[])[]): string {
  const written = (cell: string): string => (/[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(written).join("\t")).join("\n");
}

/** A shown figure as a number a spreadsheet takes: "US$86,000" is 86000, "25%" stays; others as they are. */
export function plainNumber(shown: string): string {
  const text = shown.trim();
  const found = /^([−-]?)[^\d−\-.,%]{0,5}([−-]?)(\d[\d,]*(?:\.\d+)?)(%?)$/.exec(text);
  if (found === null) return text;
  const [, before = "", after = "", digits = "", percent = ""] = found;
  return `${before || after ? "-" : ""}${digits.replaceAll(",", "")}${percent}`;
}

/** How many rows a copied block has, near enough to choose a way: line breaks in quotes count. */
export function lineCount(text: string): number {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  return lines === "" ? 0 : lines.split("\n").length;
}

/** Whether a stroke types a character into a cell. */
export function types(stroke: { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }): boolean {
  return [...stroke.key].length === 1 && stroke.key !== " " && !stroke.ctrlKey && !stroke.metaKey && !stroke.altKey;
}
