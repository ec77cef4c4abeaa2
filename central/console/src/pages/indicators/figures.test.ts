import { describe, expect, it } from "vitest";
import { formats } from "@/words/formats";
import type { Group } from "./asking";
import { change, changeShown, shown, sorted } from "./figures";

const english = formats("en", "Asia/Shanghai", () => 0);
const group = (key: string, value: number | null, found = 1): Group => ({
  key,
  zh: key,
  en: key,
  tallies: { found },
  figures: { closing_rate: { value, numerator: 0, denominator: 0, why: null } },
});

describe("figures", () => {
  it("are shown in their units", () => {
    expect(shown("closing_rate", 0.8333, english)).toBe("83.3%");
    expect(shown("mean_worked", 5400, english)).toBe("1 h 30 min");
    expect(shown("closing_rate", null, english)).toBe("–");
  });

  it("change for the better or the worse", () => {
    expect(change("closing_rate", 0.9, 0.8)).toMatchObject({ is: "better" });
    expect(change("rework_rate", 0.9, 0.8)).toMatchObject({ is: "worse" });
    expect(change("machine_share", 0.9, 0.8)).toMatchObject({ is: "neither" });
    expect(change("closing_rate", 0.8, 0.8)).toMatchObject({ is: "same" });
    expect(change("closing_rate", null, 0.8)).toBeNull();
  });

  it("tell changes of shares in percentage points", () => {
    expect(changeShown("closing_rate", { by: 10.04, is: "better" }, english, "pp")).toBe("+10 pp");
    expect(changeShown("mean_worked", { by: -60, is: "better" }, english, "pp")).toBe("−1 min");
  });

  it("are sorted with those without a value at the end", () => {
    const groups = [group("a", null), group("b", 0.1), group("c", 0.9), group("d", 0.1)];
    expect(sorted(groups, "closing_rate", -1).map(({ key }) => key)).toEqual(["c", "b", "d", "a"]);
    expect(sorted(groups, "closing_rate", 1).map(({ key }) => key)).toEqual(["b", "d", "c", "a"]);
  });
});
