import { describe, expect, it } from "vitest";

import { dayAfter } from "../lib/week.ts";

describe("dayAfter", () => {
  it("goes over months, years and days of 23 hours", () => {
    expect(dayAfter("2026-11-30", 1)).toBe("2026-12-01");
    expect(dayAfter("2027-01-03", -7)).toBe("2026-12-27");
    expect(dayAfter("2026-03-29", 1)).toBe("2026-03-30");
    expect(dayAfter("2028-02-28", 1)).toBe("2028-02-29");
  });
  it("says nothing of what is no day", () => {
    expect(dayAfter("", 1)).toBe("");
  });
});
