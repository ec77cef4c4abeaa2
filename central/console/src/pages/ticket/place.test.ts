import { expect, test } from "vitest";
import { middleOf } from "./place";

test("a point, and the middle of a square", () => {
  expect(middleOf({ type: "Point", coordinates: [116.5, 39.5] })).toEqual([116.5, 39.5]);
  const square: [number, number][] = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [0, 0],
  ];
  expect(middleOf({ type: "Polygon", coordinates: [square] })).toEqual([1, 1]);
  expect(middleOf({ type: "Polygon", coordinates: [] })).toBeNull();
});
