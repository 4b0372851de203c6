import { describe, expect, it } from "vitest";

import { withAutoDark } from "../build/auto-theme.ts";
import { iconNames, symbol } from "../build/icons.ts";
import { keepSelector, trim } from "../build/tabler.ts";
import { grouped, readAmount } from "../lib/amount.ts";
import { reasonOf } from "../lib/reason.ts";
import { mentionAt } from "../lib/mention.ts";
import { neighbour, range } from "../lib/selection.ts";

describe("readAmount", () => {
  it.each([
    ["128.5万", "1285000"],
    ["1.2亿", "120000000"],
    ["10w", "100000"],
    ["100K", "100000"],
    ["¥1,285,000.50", "1285000.5"],
    ["１２．５万元", "125000"],
    ["-3千", "-3000"],
    ["0.1", "0.1"],
    ["0.00001万", "0.1"],
  ])("%s is %s", (typed, plain) => expect(readAmount(typed)).toBe(plain));
  it.each(["", "abc", "1.2.3", "0.00001", "9999999999999999", "12 人"])("refuses %s", (typed) => expect(readAmount(typed)).toBeNull());
  it("parts thousands", () => {
    expect(grouped("1285000.5")).toBe("1,285,000.5");
    expect(grouped("-3000")).toBe("\u22123,000");
  });
});

describe("selection", () => {
  const ids = ["a", "b", "c", "d"];
  it("ranges both ways and without an anchor", () => {
    expect(range(ids, "b", "d")).toEqual(["b", "c", "d"]);
    expect(range(ids, "d", "b")).toEqual(["b", "c", "d"]);
    expect(range(ids, null, "c")).toEqual(["c"]);
    expect(range(ids, "gone", "c")).toEqual(["c"]);
  });
  it("walks and stops at the ends", () => {
    expect(neighbour(ids, null, 1)).toBe("a");
    expect(neighbour(ids, null, -1)).toBe("d");
    expect(neighbour(ids, "d", 1)).toBe("d");
    expect(neighbour(ids, "b", -1)).toBe("a");
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe("build", () => {
  it("keeps listed Tabler classes only, without unused properties", () => {
    expect(keepSelector("body")).toBe(true);
    expect(keepSelector(".form-control:focus")).toBe(true);
    expect(keepSelector(".card .form-control")).toBe(false);
    expect(keepSelector("[data-bs-theme=dark] .form-control")).toBe(false);
    const css = trim(":root{--a:1px;--b:2px}.btn,.form-control{padding:var(--a)}.card{color:red}");
    expect(css).toContain("--a");
    expect(css).not.toContain("--b");
    expect(css).not.toContain(".btn");
    expect(css).not.toContain(".card");
  });
  it("repeats the dark values for the system's choice", () => {
    expect(withAutoDark('[data-bs-theme="dark"]{--x:1}')).toMatch(/prefers-color-scheme: dark\)\s*\{\s*:root:not\(\[data-bs-theme\]\)/);
  });
  it("reads names and makes symbols without size", () => {
    expect(iconNames("# all\nplus\n\nx # close\n")).toEqual(["plus", "x"]);
    expect(symbol("x", '<!-- a -->\n<svg width="24"><path d="M18 6l-12 12" />\n</svg>')).toBe('<symbol id="x" viewBox="0 0 24 24"><path d="M18 6l-12 12" /></symbol>');
  });
});

describe("reasonOf", () => {
  it("prefers what the server said", () => {
    expect(reasonOf(422, "application/json", '{"message":"No","errors":{"amount":["Too large"]}}')).toBe("Too large");
    expect(reasonOf(409, "application/json", '{"message":"Changed"}')).toBe("Changed");
    expect(reasonOf(422, "text/html", '<p class="error">Needs 18</p>')).toBe("Needs 18");
    expect(reasonOf(500, "text/html", "<!doctype html><p class=error>x</p>")).toBe("failed");
  });
});

describe("mentionAt", () => {
  it.each([
    ["@陈", 2, "陈"],
    ["请 @", 3, ""],
    ["see @Chen Zh", 12, "Chen Zh"],
    ["a@b", 3, null],
    ["@陈志远 看下 能否", 10, null],
    ["nobody", 3, null],
  ])("%s at %d", (text, caret, asked) => expect(mentionAt(text, caret)).toBe(asked));
});
