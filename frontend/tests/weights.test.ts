import { expect, test } from "vitest";

import { fixed, moved, total } from "../lib/weights.ts";

const W = [0.3, 0.2, 0.3, 0.2];

test("the others give way in proportion and all add up to one", () => {
  const found = moved(W, 3, 0.36);
  expect(found[3]).toBe(0.36);
  expect(found[0]).toBeCloseTo(0.24, 12);
  expect(found[1]).toBeCloseTo(0.16, 12);
  expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
});

test("with one weight at one the others share alike when it falls", () => {
  expect(moved([1, 0, 0], 0, 0.5)).toEqual([0.5, 0.25, 0.25]);
});

test("the textbook example is 6.6, 6.4, 6.4", () => {
  const rows = [[8, 7, 6, 5], [5, 6, 7, 8], [7, 8, 5, 6]];
  expect(rows.map((row) => fixed(total(W, row) ?? 0, 1))).toEqual(["6.6", "6.4", "6.4"]);
});

test("missing is not zero", () => {
  expect(total(W, [8, null, 8, null])).toBeCloseTo(8, 12);
  expect(total(W, [null, null, null, null])).toBeNull();
});
