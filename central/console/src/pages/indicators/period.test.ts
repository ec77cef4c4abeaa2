import { describe, expect, it } from "vitest";
import { around, stepped, yearBefore } from "./period";

describe("periods", () => {
  it.each([
    ["day", "2026-11-22", "2026-11-22", "2026-11-22"],
    ["week", "2026-11-22", "2026-11-16", "2026-11-22"], // a Sunday ends its week
    ["week", "2026-11-23", "2026-11-23", "2026-11-29"],
    ["week", "2026-01-01", "2025-12-29", "2026-01-04"],
    ["month", "2028-02-10", "2028-02-01", "2028-02-29"],
  ] as const)("a %s around %s", (length, day, from, to) => {
    expect(around(length, day)).toEqual({ from, to });
  });

  it("step over the ends of years, and back", () => {
    const december = around("month", "2026-12-31");
    expect(stepped("month", december, 1)).toEqual({ from: "2027-01-01", to: "2027-01-31" });
    for (const length of ["day", "week", "month"] as const) {
      const days = around(length, "2026-03-01");
      expect(stepped(length, stepped(length, days, -1), 1)).toEqual(days);
    }
  });

  it("stand against the year before", () => {
    expect(yearBefore("month", around("month", "2028-02-29")).to).toBe("2027-02-28");
    expect(yearBefore("week", around("week", "2026-11-23")).from).toBe("2025-11-24");
  });
});
