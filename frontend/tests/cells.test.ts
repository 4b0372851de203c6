import { describe, expect, it } from "vitest";

import { asText, between, lineCount, plainNumber, types } from "../lib/cells.ts";

describe("cells as text", () => {
  it.each([
    ["¥3,200,000", "3200000"],
    ["US$86,000.50", "86000.50"],
    ["−¥12", "-12"],
    ["25%", "25%"],
    ["6 d", "6 d"],
    ["18 Jan 2027", "18 Jan 2027"],
    ["", ""],
  ])("%s is copied as %s", (shown, copied) => {
    expect(plainNumber(shown)).toBe(copied);
  });

  it("quotes what would break a cell", () => {
    expect(asText([["a", "two\nlines"], ['say "hi"', ""]])).toBe('a\t"two\nlines"\n"say ""hi"""\t');
  });

  it("spans a range between any two corners", () => {
    expect(between({ row: 5, column: 1 }, { row: 2, column: 3 })).toEqual({ top: 2, bottom: 5, left: 1, right: 3 });
  });

  it.each([["", 0], ["a\r\n", 1], ["a\nb", 2]])("%j has %i lines", (text, lines) => {
    expect(lineCount(text)).toBe(lines);
  });

  it("types only with a bare character", () => {
    const stroke = { key: "a", ctrlKey: false, metaKey: false, altKey: false };
    expect(types(stroke)).toBe(true);
    expect(types({ ...stroke, key: "商" })).toBe(true);
    expect(types({ ...stroke, ctrlKey: true })).toBe(false);
    expect([" ", "Enter", "F2"].some((key) => types({ ...stroke, key }))).toBe(false);
  });
});
