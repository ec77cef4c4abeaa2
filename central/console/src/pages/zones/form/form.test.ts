import { expect, test } from "vitest";
import type { Rule } from "../draft/shape";
import { faultsOf, ofKind } from "./fields";
import { brushed, BY_CALENDAR, painted, rowsOf, spansOf, WEEKDAYS, weekly, wrongSpan } from "./hours";

const DWELL: Rule = { kind: "dwell", incident: "illegal_parking", dwell: "5m" };

test.each([
  [{}, []],
  [{ dwell: undefined }, ["dwell needed"]],
  [{ dwell: "5" }, ["dwell duration"]],
  [{ dwell: "0.5s" }, ["dwell least"]],
  [{ share: 0 }, ["share above"]],
  [{ share: 1.2 }, ["share most"]],
  [{ share: "half" }, ["share number"]],
  [{ queue_hold: "2h" }, ["queue_hold most"]],
  [{ groups: [] }, ["groups empty"]],
  [{ allow: { truck: "10m" } }, []],
  [{ allow: { Truck: "10m" } }, ["allow word"]],
  [{ allow: { truck: "soon" } }, ["allow duration"]],
])("%j of a dwell rule is told: %j", (changed, told) => {
  expect(faultsOf({ ...DWELL, ...changed }).map(({ key, wrong }) => `${key} ${wrong}`)).toEqual(told);
});

test("other kinds have other limits", () => {
  expect(faultsOf({ kind: "cluster", incident: "x", dwell: "9s", least: 2.5 })).toMatchObject([
    { key: "dwell", wrong: "least", limit: 10 },
    { key: "least", wrong: "number" },
  ]);
  expect(faultsOf({ kind: "left", incident: "x", dwell: "20s" })).toEqual([]);
});

test("a rule of another kind keeps what both can be told, within the limits", () => {
  const rule = { ...DWELL, id: "r", dwell: "5s", share: 0.4, queue: "ignore" };
  expect(ofKind(rule, "left")).toEqual({
    kind: "left",
    id: "r",
    incident: "illegal_parking",
    dwell: "20s",
    share: 0.4,
  });
  expect(ofKind({ ...DWELL }, "cluster").dwell).toBe("5m");
});

test.each([
  [[{ days: ["daily"], hours: "00:00-24:00" }]],
  [[{ days: ["mon", "tue"], hours: "07:00-21:30" }]],
  [
    [
      { days: ["mon"], hours: "07:00-09:00" },
      { days: ["mon", "sun"], hours: "17:00-19:00" },
    ],
  ],
])("%j is painted and told again", (spans) => {
  expect(spansOf(painted(spans, WEEKDAYS), WEEKDAYS)).toEqual(spans);
});

test("hours past midnight are painted on the day after", () => {
  const { cells } = painted([{ days: ["sun"], hours: "22:00-06:00" }], WEEKDAYS);
  expect(cells[6]?.slice(44)).toEqual([true, true, true, true]);
  expect(cells[0]?.slice(0, 13)).toEqual([...Array.from({ length: 12 }, () => true), false]);
});

test("what cannot be painted stays", () => {
  const odd = { days: ["mon"], hours: "07:10-09:00" };
  const mixed = { days: ["mon", "holidays"], hours: "07:00-09:00" };
  const night = { days: ["workdays"], hours: "22:00-06:00" };
  expect(painted([odd], WEEKDAYS).rest).toEqual([odd]);
  expect(rowsOf([mixed])).toBe(BY_CALENDAR);
  expect(spansOf(painted([mixed, night], BY_CALENDAR), BY_CALENDAR)).toEqual([mixed, night]);
});

test("a brush paints a rectangle, either way round", () => {
  const { cells } = painted([], WEEKDAYS);
  const spans = spansOf({ cells: brushed(cells, [4, 20], [0, 18], true), rest: [] }, WEEKDAYS);
  expect(spans).toEqual([{ days: ["mon", "tue", "wed", "thu", "fri"], hours: "09:00-10:30" }]);
});

test("hours a week", () => {
  expect(weekly(null)).toBe(168);
  expect(weekly({ spans: [{ days: ["daily"], hours: "07:00-21:00" }] })).toBe(98);
  expect(weekly({ spans: [{ days: ["workdays"], hours: "07:00-21:00" }] })).toBeNull();
});

test.each([
  [{ days: [], hours: "07:00-21:00" }, "days"],
  [{ days: ["mon"], hours: "7-21" }, "hours"],
  [{ days: ["mon"], hours: "07:00-07:00" }, "same"],
  [{ days: ["mon"], hours: "22:00-06:00" }, null],
])("%j: %s", (span, wrong) => {
  expect(wrongSpan(span)).toBe(wrong);
});
