import { expect, test } from "vitest";
import { activityOf, lookAt, periodOf, phasesOf, shotAt, spanOf, stepFrom, type Look } from "./film";

const start = Date.UTC(2026, 2, 1, 8);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const looks: Look[] = [0, 5, 10, 20].map((seconds) => ({ at: at(seconds), trusted: true, things: [] }));

test("the look at a moment is the last one until then", () => {
  expect(lookAt(looks, start - 1)).toBeNull();
  expect(lookAt(looks, start + 5_000)).toBe(looks[1]);
  expect(lookAt(looks, start + 19_999)).toBe(looks[2]);
  expect(lookAt(looks, start + 99_000)).toBe(looks[3]);
  expect(lookAt([], start)).toBeNull();
});

test("phases within the film alone", () => {
  const story = { since: at(0), opened_at: at(5), cleared_at: at(90) };
  expect(phasesOf(story, spanOf(looks)).map(({ name }) => name)).toEqual(["since", "opened"]);
});

test("a little before and after, an hour at most", () => {
  expect(periodOf({ since: at(0), last_seen: at(30), cleared_at: null })).toEqual({
    since: at(-60),
    until: at(90),
  });
  expect(periodOf({ since: at(0), last_seen: at(9_000), cleared_at: null }).until).toBe(at(3_540));
});

test("from look to look, within the film", () => {
  expect(stepFrom(looks, start + 6_000, 1)).toBe(start + 10_000);
  expect(stepFrom(looks, start + 6_000, -1)).toBe(start);
  expect(stepFrom(looks, start, -10)).toBe(start);
  expect(stepFrom(looks, start, 10)).toBe(start + 20_000);
  expect(stepFrom([], start, 1)).toBe(start);
});

test("the picture of a moment is the last one until then, else the first", () => {
  const shots = [
    { at: 20, src: "b" },
    { at: 10, src: "a" },
  ];
  expect([5, 15, 25].map((moment) => shotAt(shots, moment)?.src)).toEqual(["a", "a", "b"]);
  expect(shotAt([], 5)).toBeNull();
});

test("how much there was to see, part by part", () => {
  const car = { box: [0, 0, 1, 1] as [number, number, number, number], label: "car", score: 0.9 };
  const seen = looks.map((look, n) => ({ ...look, things: Array.from({ length: n }, () => car) }));
  expect(activityOf(seen, 4)).toEqual([0, 1, 2, 3]);
  expect(activityOf([], 2)).toEqual([0, 0]);
});
