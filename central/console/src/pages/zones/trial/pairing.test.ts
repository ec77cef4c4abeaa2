import { expect, test } from "vitest";
import { pairs, rows, tallies, type Supposed } from "./pairing";

const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 10, 1, hour, minute)).toISOString();
const supposed = (
  variant: string,
  situation: string,
  hour: number,
  more: Partial<Supposed> = {},
): Supposed => ({
  variant,
  situation,
  zone: "kerb",
  rule: "dwell-illegal_parking",
  kind: "illegal_parking",
  since: at(hour),
  opened: at(hour, 5),
  cleared: at(hour, 30),
  box: [0.1, 0.1, 0.3, 0.3],
  observed_s: 300,
  coverage: 0.9,
  reasons: [],
  evidence: [],
  ...more,
});

test("by the same id, by the same live one, by place and time; the rest vanishes or is new", () => {
  const found = pairs([
    supposed("now", "a", 1),
    supposed("draft", "a", 1),
    supposed("now", "b", 2, { same: "live-b" }),
    supposed("draft", "b2", 2, { same: "live-b", box: null }),
    supposed("now", "c", 3),
    supposed("draft", "c2", 3, { zone: "renamed", box: [0.11, 0.1, 0.3, 0.3] }),
    supposed("now", "d", 4, { same: "live-d" }),
    supposed("draft", "e", 5),
  ]);
  expect(found.map(({ sort, live }) => [sort, live])).toEqual([
    ["both", null],
    ["both", "live-b"],
    ["both", null],
    ["gone", "live-d"],
    ["new", null],
  ]);
  expect(tallies(found)).toEqual([{ kind: "illegal_parking", now: 4, draft: 4, both: 3, gone: 1, new: 1 }]);
});

test("another kind, another place or another time is another thing", () => {
  const now = supposed("now", "a", 1);
  const others = [
    supposed("draft", "b", 1, { kind: "fire_lane_occupied" }),
    supposed("draft", "b", 1, { box: [0.6, 0.6, 0.8, 0.8] }),
    supposed("draft", "b", 3),
  ];
  for (const other of others) expect(pairs([now, other])).toHaveLength(2);
});

test("a week has a row a day, a day some rows; what lasts over midnight is in both", () => {
  const long = pairs([
    supposed("now", "a", 23, { cleared: new Date(Date.UTC(2026, 10, 2, 6)).toISOString() }),
  ]);
  const until = Date.UTC(2026, 10, 8) / 1000;
  const week = rows(long, until - 7 * 86_400, until);
  expect(week.map(({ bars }) => bars.length)).toEqual([1, 1, 0, 0, 0, 0, 0]);
  expect(week[1]?.bars[0]).toMatchObject({ from: 0, to: 0.25 });
  expect(rows(long, until - 86_400, until)).toHaveLength(6);
});
