import { expect, test } from "vitest";
import { pathOf, pointsOf } from "./points";

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();

test("columns become points; what nobody told is left out", () => {
  expect(pointsOf([at(0), at(15), "never"], [2, null, 3])).toEqual([{ at: 0, value: 2 }]);
});

test("a line from 0 up, broken where nobody told anything", () => {
  const points = pointsOf([at(0), at(15), at(120)], [1, 2, 1]);
  expect(pathOf(points, 0, 120 * 60_000, [120, 20])).toBe("M0.0 10.0h1L15.0 0.0M120.0 10.0h1");
  expect(pathOf([], 0, 1, [10, 10])).toBe("");
});
