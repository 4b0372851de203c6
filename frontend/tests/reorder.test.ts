import { describe, expect, it } from "vitest";

import { above, moved, step } from "../lib/reorder.ts";

describe("step", () => {
  const sizes = [2, 0, 5];
  it("stops at the ends of a column; the last place is below all others", () => {
    expect(step({ column: 0, index: 0 }, "up", sizes)).toEqual({ column: 0, index: 0 });
    expect(step({ column: 0, index: 1 }, "down", sizes)).toEqual({ column: 0, index: 2 });
    expect(step({ column: 0, index: 2 }, "down", sizes)).toEqual({ column: 0, index: 2 });
  });
  it("goes to the same height of the next column, or its end", () => {
    expect(step({ column: 0, index: 2 }, "right", sizes)).toEqual({ column: 1, index: 0 });
    expect(step({ column: 2, index: 4 }, "left", sizes)).toEqual({ column: 1, index: 0 });
    expect(step({ column: 1, index: 0 }, "right", sizes)).toEqual({ column: 2, index: 0 });
  });
  it("stays at the outer columns", () => {
    expect(step({ column: 0, index: 1 }, "left", sizes)).toEqual({ column: 0, index: 1 });
    expect(step({ column: 2, index: 3 }, "right", sizes)).toEqual({ column: 2, index: 3 });
  });
});

describe("above and moved", () => {
  it("names the card above, nothing on top", () => {
    expect(above(["7", "8"], 0)).toBe("");
    expect(above(["7", "8"], 1)).toBe("7");
    expect(above(["7", "8"], 2)).toBe("8");
  });
  it("knows when nothing happened", () => {
    expect(moved({ column: 1, index: 2 }, { column: 1, index: 2 })).toBe(false);
    expect(moved({ column: 1, index: 2 }, { column: 1, index: 3 })).toBe(true);
  });
});
