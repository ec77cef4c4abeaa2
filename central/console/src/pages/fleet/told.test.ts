import { expect, test } from "vitest";
import { daysLeft, isDuration, isLabel, isNode, namesIn, through } from "./told";

test("an action is through when nobody waits or is under way", () => {
  expect(through({ nodes: { waiting: 2, asked: 1, done: 3, failed: 1 } })).toEqual({ settled: 4, all: 7 });
  expect(through({ nodes: {} })).toEqual({ settled: 0, all: 0 });
});

test("days of a certificate are whole and may be over", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");
  expect(daysLeft({ certificate_until: "2026-03-11T12:00:00Z" }, now)).toBe(10);
  expect(daysLeft({ certificate_until: "2026-02-28T12:00:00Z" }, now)).toBe(-1);
  expect(daysLeft({ certificate_until: null }, now)).toBeNull();
});

test("names are read however they are written, each once", () => {
  expect(namesIn(" 131002/yard-7, gewu://131002/yard-8\n131002/yard-7，131002/yard-9 ")).toEqual([
    "131002/yard-7",
    "131002/yard-8",
    "131002/yard-9",
  ]);
  expect([isNode("131002/yard-7"), isNode("yard-7"), isNode("131002/a b")]).toEqual([true, false, false]);
  expect([isLabel("kerbside"), isLabel("路边")]).toEqual([true, false]);
  expect([isDuration("1h"), isDuration("soon")]).toEqual([true, false]);
});
