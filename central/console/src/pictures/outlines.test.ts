import { expect, test } from "vitest";
import { corners, sceneHeight, svgPoints } from "./outlines";

const strip = (width: number, height: number) => Math.max(16, Math.round(Math.max(width, height) / 36));

test.each([
  [320, 240],
  [1920, 1080],
  [640, 480],
  [480, 640],
  [1080, 1920],
  [720, 720],
])("a scene of %i x %i is found again above its strip", (width, height) => {
  expect(sceneHeight(width, height + strip(width, height))).toBe(height);
});

test("corners go round", () => {
  expect(svgPoints(corners([0.25, 0.5, 0.75, 1]), 100, 50)).toBe("25.0,25.0 75.0,25.0 75.0,50.0 25.0,50.0");
});
