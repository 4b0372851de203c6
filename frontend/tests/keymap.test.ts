import { describe, expect, it } from "vitest";

import { Sequence, SEQUENCE_MS, strokeName } from "../lib/keymap.ts";

describe("strokeName", () => {
  it("names letters, marks and modifiers", () => {
    expect(strokeName({ key: "J" })).toBe("j");
    expect(strokeName({ key: "X", shiftKey: true })).toBe("shift+x");
    expect(strokeName({ key: "?", shiftKey: true })).toBe("?");
    expect(strokeName({ key: "k", metaKey: true })).toBe("mod+k");
    expect(strokeName({ key: "Enter", ctrlKey: true })).toBe("mod+enter");
    expect(strokeName({ key: " " })).toBe("space");
  });
  it("rests while an input method composes, and for bare modifiers", () => {
    expect(strokeName({ key: "j", isComposing: true })).toBe("");
    expect(strokeName({ key: "Enter", keyCode: 229 })).toBe("");
    expect(strokeName({ key: "Shift", shiftKey: true })).toBe("");
    expect(strokeName({ key: "e", altKey: true })).toBe("");
  });
});

describe("Sequence", () => {
  it("joins g with the next stroke", () => {
    const keys = new Sequence();
    expect(keys.push("g", 0)).toBeNull();
    expect(keys.push("t", 300)).toBe("g t");
    expect(keys.push("t", 400)).toBe("t");
  });
  it("forgets g after a while", () => {
    const keys = new Sequence();
    keys.push("g", 0);
    expect(keys.push("c", SEQUENCE_MS + 1)).toBe("c");
  });
});
