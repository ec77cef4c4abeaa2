import { describe, expect, it } from "vitest";
import type { Group, Series } from "./asking";
import { drawn, foundOption, mostOption, sharesOption, short, type Texts } from "./drawing";

const texts: Texts = {
  figure: (name) => name,
  group: ({ en }) => en,
  value: (name, value) => `${name} ${value}`,
  found: { machine: "machine", drone: "drone", people: "people" },
  number: String,
  hours: "h",
};
const group = (key: string, found: number, by: number, drone: number, rate: number | null = null): Group => ({
  key,
  zh: key,
  en: key,
  tallies: { found, by_machine: by, by_drone: drone },
  figures: { closing_rate: { value: rate, numerator: 0, denominator: 0, why: null } },
});
const point = (name: string, total: Group): Series["items"][number] => ({
  period: { name, first: "", last: "", since: "", until: "", today: "" },
  state: "open",
  total,
});
const series: Series = {
  length: "week",
  items: [point("2026-W46", group("", 10, 7, 2, null)), point("2026-W47", group("", 4, 1, 0, 0.5))],
};

describe("charts", () => {
  it("divide what was found among machines, drones and people", () => {
    const { series: parts } = foundOption(series, texts) as { series: { name: string; data: number[] }[] };
    expect(Object.fromEntries(parts.map(({ name, data }) => [name, data]))).toEqual({
      machine: [5, 1],
      drone: [2, 0],
      people: [3, 3],
    });
  });

  it("leave a gap where there was nothing to divide by", () => {
    const { series: lines } = sharesOption(series, ["closing_rate"], texts) as {
      series: { data: unknown[] }[];
    };
    expect(lines[0]?.data).toEqual([null, 0.5]);
  });

  it("show the most first, and nothing of those without", () => {
    const many = Array.from({ length: 20 }, (_, at) => group(String(at).padStart(2, "0"), at, 0, 0));
    expect(drawn(many, "found").map(({ key }) => key)[0]).toBe("19");
    expect(drawn(many, "found")).toHaveLength(12);
    expect(drawn([group("a", 0, 0, 0)], "found")).toEqual([]);
    const { yAxis } = mostOption(many, "found", texts) as { yAxis: { data: string[] } };
    expect(yAxis.data.at(-1)).toBe("19"); // on top
  });

  it.each([
    ["2026-11-23", "11-23"],
    ["2026-W47", "26-W47"],
    ["2026-11", "26-11"],
  ])("%s is short for an axis", (name, said) => {
    expect(short(name)).toBe(said);
  });
});
