/* Changing cells of a grid together: fill down, paste, clear. The server reads and checks; what is
   more than a few rows comes back as a dialog to look at first. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { lineCount } from "./cells.ts";
import { make, toast } from "./dom.ts";
import { follow, swallowClick, valueCell } from "./drag.ts";
import { failed, formData, headers, send, settle } from "./request.ts";
import { say } from "./words.ts";
import type { SjGrid } from "../elements/grid.ts";

export type How = "paste" | "fill" | "clear";

/** Longer texts go straight to the page for many rows. */
const LONG = 400_000;

let pasted = "";

/** Change the chosen cells. */
export async function change(grid: SjGrid, how: How, text = ""): Promise<void> {
  const url = grid.dataset["cells"];
  const range = grid.range();
  if (!url || !range) return;
  const all = grid.grid.rows();
  const records = grid.grid.records();
  const rowAt = (place: number): number => records.indexOf(all[place] as HTMLTableRowElement);
  const within = all.slice(range.top, range.bottom + 1).filter((row) => records.includes(row)).length;
  let from = rowAt(range.top);
  let high = within;
  if (how === "fill" && high === 1) {
    from -= 1;
    high = 2;
  }
  if (from < 0) return toast({ message: say("fillFromAbove") });
  const left = Math.max(grid.grid.first, range.left);
  const wide = range.right - left + 1;
  const rows = records.slice(from, how === "paste" ? from + Math.max(high, Math.min(500, lineCount(text))) : from + high);
  const keys = Array.from({ length: grid.grid.last - left + 1 }, (_none, n) => grid.grid.key(left + n));
  if (how === "paste") {
    pasted = text;
    if (grid.dataset["paste"] && (text.length > LONG || lineCount(text) > 500)) return manyRows(grid, keys);
  }
  grid.setAttribute("aria-busy", "true");
  const answer = await send(
    url,
    formData({
      how,
      text,
      rows: rows.map((row) => `${row.dataset["id"]}:${row.dataset["version"]}`).join(","),
      keys: (how === "paste" ? keys : keys.slice(0, wide)).join(","),
      picked: `${high},${wide}`,
    }),
  );
  grid.removeAttribute("aria-busy");
  if (!answer.ok) return failed(answer);
  if (answer.status === 204) return;
  const host = document.getElementById("dialogs") ?? document.body;
  host.replaceChildren(settle(answer.html));
  htmx.process(host);
  host.querySelector("[data-paste-rows]")?.addEventListener("click", () => manyRows(grid, keys));
}

/** To the page for many rows, with what was pasted. */
function manyRows(grid: SjGrid, keys: readonly string[]): void {
  const form = make("form", { method: "post", action: grid.dataset["paste"] ?? "", enctype: "multipart/form-data", hidden: true });
  const values = { csrfmiddlewaretoken: headers()["X-CSRFToken"] ?? "", keys: keys.join(",") };
  for (const [name, value] of Object.entries(values)) form.append(make("input", { type: "hidden", name, value }));
  const text = make("textarea", { name: "text" });
  text.value = pasted;
  form.append(text, make("input", { type: "file", name: "file" }));
  document.body.append(form);
  asFile(form);
  form.submit();
}

/** A long text travels as a file: a form's fields have a limit. */
function asFile(form: HTMLFormElement): void {
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!text || !file || text.value.length <= LONG) return;
  const carrier = new DataTransfer();
  carrier.items.add(new File([text.value], "rows.tsv", { type: "text/tab-separated-values" }));
  file.files = carrier.files;
  text.disabled = true;
}

document.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement && event.target.matches("[data-paste-form]")) asFile(event.target);
});

// ---------------------------------------------------------------------------- the handle

/** The small square at the corner of the chosen cells: dragged down it fills, pressed it fills them. */
export function placeHandle(grid: SjGrid): void {
  grid.querySelector(".fill-handle")?.remove();
  const range = grid.range();
  if (!range || !grid.dataset["cells"]) return;
  const corner = grid.grid.cell({ row: range.bottom, column: range.right });
  if (!corner || !valueCell(corner, grid) || !grid.grid.opens(corner) || corner.matches(".name")) return;
  corner.append(make("span", { class: "fill-handle", title: say("fillDown"), "aria-hidden": "true" }));
}

export function dragHandle(grid: SjGrid): void {
  const range = grid.range();
  if (!range) return;
  const single = range.top === range.bottom;
  const top = grid.grid.cell({ row: range.top, column: range.left });
  follow(
    (move) => {
      const under = valueCell(document.elementFromPoint(move.clientX, move.clientY), grid);
      const cell = under?.closest("tr")?.cells[range.right];
      if (!single || !cell || !top || grid.grid.place(cell).row < range.top || cell === grid.cell) return;
      grid.choose(top, cell);
    },
    () => {
      swallowClick(grid);
      const now = grid.range();
      if (now && now.bottom > now.top) void change(grid, "fill");
    },
  );
}
