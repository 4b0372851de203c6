/* The clipboard of a grid: cells go out as tab-separated text and come in as a change. */
import { asText } from "./cells.ts";
import { announce } from "./dom.ts";
import { change } from "./grid-change.ts";
import { say } from "./words.ts";
import type { SjGrid } from "../elements/grid.ts";

/** Listen to the document's clipboard for a grid; call the result to stop. */
export function clipboard(grid: SjGrid): () => void {
  const out = (event: ClipboardEvent): void => {
    const range = grid.range();
    if (!grid.active || !range || !event.clipboardData) return;
    if (!grid.ranged && !(getSelection()?.isCollapsed ?? true)) return;
    const rows = grid.grid.cells(range).map((cells) => cells.map((cell) => grid.grid.text(cell)));
    event.clipboardData.setData("text/plain", asText(rows));
    event.preventDefault();
    announce(say("cellsCopied", { rows: rows.length, columns: rows[0]?.length ?? 0 }));
    if (event.type === "cut") void change(grid, "clear");
  };
  const into = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!grid.active || text === "") return;
    event.preventDefault();
    void change(grid, "paste", text);
  };
  document.addEventListener("copy", out);
  document.addEventListener("cut", out);
  document.addEventListener("paste", into);
  return () => {
    document.removeEventListener("copy", out);
    document.removeEventListener("cut", out);
    document.removeEventListener("paste", into);
  };
}
