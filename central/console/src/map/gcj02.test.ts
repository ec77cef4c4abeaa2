import { expect, test } from "vitest";
import { fromGcj02, offsetHere, toGcj02, type Position } from "./gcj02";

// Pairs as the implementations of the formula publish them: Shanghai, Shenzhen, Beijing.
const PAIRS: readonly (readonly [wgs: Position, gcj: Position])[] = [
  [
    [121.5272106, 31.1774276],
    [121.531541859215, 31.17530398364597],
  ],
  [
    [113.912316, 22.543847],
    [113.9171764808363, 22.540796131694766],
  ],
  [
    [116.377817, 39.911954],
    [116.38404722455657, 39.91334545536069],
  ],
];

/** Between two places, in metres; exact enough for what is near. */
function metres(one: Position, other: Position): number {
  const east = (one[0] - other[0]) * Math.cos((one[1] / 180) * Math.PI);
  return Math.hypot(east, one[1] - other[1]) * 111_320;
}

test.each(PAIRS)("known pairs agree to less than a metre, both ways", (wgs, gcj) => {
  expect(metres(toGcj02(wgs), gcj)).toBeLessThan(1);
  expect(metres(fromGcj02(gcj), wgs)).toBeLessThan(1);
  expect(metres(wgs, gcj)).toBeGreaterThan(300);
});

test("there and back is the same place, all over the mainland", () => {
  for (let longitude = 74; longitude < 135; longitude += 3.7)
    for (let latitude = 19; latitude < 53; latitude += 2.9) {
      const place: Position = [longitude, latitude];
      expect(metres(fromGcj02(toGcj02(place)), place)).toBeLessThan(0.01);
    }
});

test("elsewhere nothing is moved", () => {
  for (const place of [
    [2.35, 48.85],
    [-122.4, 37.8],
    [151.2, -33.9],
  ] as const) {
    expect(offsetHere(place)).toBe(false);
    expect(toGcj02(place)).toEqual(place);
    expect(fromGcj02(place)).toEqual(place);
  }
});
