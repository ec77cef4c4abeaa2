import { expect, test } from "vitest";
import { crossing, faults } from "./faults";
import { contains, covered, footShare, overlap } from "./inside";
import { area, bounds, inserted, middle, moved, ofBox, withPoint, without, type Outline } from "./outline";
import { simplified } from "./simplifying";
import { snapped, STEP, toAngle } from "./snapping";

const SQUARE: Outline = ofBox([0.2, 0.2, 0.6, 0.6]);
const BOW: Outline = [
  [0.1, 0.1],
  [0.5, 0.5],
  [0.5, 0.1],
  [0.1, 0.5],
];
const HOOK: Outline = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0.8, 1],
  [0.8, 0.2],
  [0, 0.2],
];
const SIZE = { width: 1600, height: 900 };

test("area, bounds and middle, whichever way it turns", () => {
  expect(area(SQUARE)).toBeCloseTo(0.16);
  expect(area([...SQUARE].reverse())).toBeCloseTo(0.16);
  expect(bounds(HOOK)).toEqual([0, 0, 1, 1]);
  expect(middle(SQUARE).map((v) => Number(v.toFixed(6)))).toEqual([0.4, 0.4]);
  expect(
    middle([
      [0.1, 0.1],
      [0.3, 0.3],
      [0.2, 0.2],
    ]),
  ).toEqual([0.2, 0.2]);
});

test("points come, go and move, and the picture's rim holds a zone that is moved", () => {
  expect(inserted(SQUARE, 3, [0.2, 0.4])).toEqual([...SQUARE, [0.2, 0.4]]);
  expect(without(SQUARE, 0)).toHaveLength(3);
  expect(withPoint(SQUARE, 1, [1.4, -3])[1]).toEqual([1, 0]);
  expect(moved(SQUARE, 0.9, -0.1)).toEqual(ofBox([0.6, 0.1, 1, 0.5]));
});

// The same answers as `Polygon(outline).is_valid` of Shapely gives.
test.each([
  ["a square", SQUARE, []],
  ["one that turns the other way", [...SQUARE].reverse(), []],
  ["the first point again at the end", [...SQUARE, SQUARE[0]], []],
  ["a point twice in a row", [SQUARE[0], SQUARE[0], ...SQUARE.slice(1)], []],
  ["a point on a straight edge", inserted(SQUARE, 0, [0.4, 0.2]), []],
  ["a bow", BOW, ["crosses"]],
  [
    "one that touches an edge",
    [
      [0, 0],
      [1, 0],
      [0.5, 0],
      [0.5, 0.5],
    ],
    ["crosses"],
  ],
  [
    "a spike",
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [1, 0.5],
      [0, 1],
    ],
    ["crosses"],
  ],
  [
    "one that comes back to a point",
    [
      [0, 0],
      [0.5, 0.5],
      [1, 0],
      [1, 1],
      [0.5, 0.5],
      [0, 1],
    ],
    ["crosses"],
  ],
  [
    "two points",
    [
      [0, 0],
      [1, 1],
    ],
    ["too_few"],
  ],
  [
    "three of which two are one",
    [
      [0, 0],
      [1, 1],
      [1, 1],
    ],
    ["too_few"],
  ],
  [
    "outside",
    [
      [0, 0],
      [1.2, 0],
      [1, 1],
    ],
    ["outside"],
  ],
  [
    "no number",
    [
      [0, 0],
      [Number.NaN, 0],
      [1, 1],
    ],
    ["outside"],
  ],
  ["hardly anything", ofBox([0.1, 0.1, 0.103, 0.103]), ["nothing"]],
] as [string, Outline, string[]][])("%s", (_, outline, codes) => {
  expect(faults(outline).map(({ code }) => code)).toEqual(codes);
});

test("the crossing is told by its edges and its place", () => {
  expect(crossing(BOW)).toMatchObject({ edges: [0, 2] });
  expect(crossing(BOW)?.place.map((value) => Number(value.toFixed(6)))).toEqual([0.3, 0.3]);
});

test("what lies inside, also in the hollow of a hook", () => {
  expect(contains(HOOK, [0.9, 0.9])).toBe(true);
  expect(contains(HOOK, [0.4, 0.5])).toBe(false);
});

test("areas that are shared, convex or not, whichever way they turn", () => {
  const other = ofBox([0.4, 0.4, 0.8, 0.8]);
  expect(overlap(SQUARE, other)).toBeCloseTo(0.04);
  expect(overlap([...SQUARE].reverse(), other)).toBeCloseTo(0.04);
  expect(overlap(HOOK, ofBox([0, 0.2, 0.8, 1]))).toBeCloseTo(0);
  expect(overlap(HOOK, ofBox([0.5, 0.1, 0.9, 0.5]))).toBeCloseTo(0.4 * 0.1 + 0.1 * 0.3);
  expect(covered(other, HOOK)).toBeCloseTo(0);
  expect(covered(SQUARE, ofBox([0, 0, 1, 1]))).toBeCloseTo(1);
});

test("the footprint of a box is its lowest part", () => {
  expect(footShare([0.3, 0, 0.5, 0.4], ofBox([0.3, 0.28, 0.5, 0.9]))).toBeCloseTo(1);
  expect(footShare([0.3, 0, 0.5, 0.4], ofBox([0.3, 0, 0.5, 0.28]))).toBeCloseTo(0);
  expect(footShare([0.3, 0, 0.5, 0.4], ofBox([0.4, 0, 0.9, 0.9]))).toBeCloseTo(0.5);
});

test("a point snaps to a corner, then an edge, then the rim, and nowhere else", () => {
  const around = { outlines: [SQUARE], size: SIZE, reach: 12 };
  expect(snapped([0.203, 0.205], around)).toEqual({ point: [0.2, 0.2], to: "vertex" });
  expect(snapped([0.4, 0.21], around)).toMatchObject({ to: "edge", point: [0.4, 0.2] });
  expect(snapped([0.003, 0.995], around)).toEqual({ point: [0, 1], to: "rim" });
  expect(snapped([0.4, 0.4], around)).toEqual({ point: [0.4, 0.4], to: null });
});

test("with an angle, lines are round as they are seen, not as shares", () => {
  const from: [number, number] = [0.5, 0.5];
  const [x, y] = toAngle([0.6, 0.66], from, SIZE);
  const angle = Math.atan2((y - from[1]) * SIZE.height, (x - from[0]) * SIZE.width);
  expect(angle / STEP).toBeCloseTo(Math.round(angle / STEP));
  expect(snapped([0.9, 0.51], { outlines: [SQUARE], size: SIZE, reach: 12, from }).point[1]).toBeCloseTo(0.5);
});

test("fewer points for the same outline, never fewer than three", () => {
  const rough = SQUARE.flatMap(([x, y], at) => {
    const [nx, ny] = SQUARE[(at + 1) % 4] as [number, number];
    return Array.from({ length: 9 }, (_, i) => [x + ((nx - x) * i) / 9, y + ((ny - y) * i) / 9] as const);
  });
  expect(simplified(rough, SIZE, 2).map((point) => point.map((v) => Number(v.toFixed(3))))).toEqual(SQUARE);
  expect(simplified(SQUARE.slice(0, 3), SIZE, 500)).toHaveLength(3);
  expect(simplified(SQUARE, SIZE, 5000)).toHaveLength(4);
});
