import { expect, test } from "vitest";
import { fitted, screenOf, shareOf, shifted, zoomed } from "./view";

const PICTURE = { width: 1280, height: 720 };
const SCREEN = { width: 640, height: 480 };

test("a picture fits in the middle, and is never smaller nor shifted away", () => {
  const view = fitted(PICTURE, SCREEN);
  expect(view).toEqual({ scale: 0.5, x: 0, y: 60 });
  expect(zoomed(view, 0.1, [0, 0], PICTURE, SCREEN)).toEqual(view);
  expect(shifted(view, 500, 500, PICTURE, SCREEN)).toEqual(view);
});

test("what is under the pointer stays there when it is enlarged, and is found again", () => {
  const view = zoomed(fitted(PICTURE, SCREEN), 4, [320, 240], PICTURE, SCREEN);
  expect(view.scale).toBe(2);
  expect(shareOf([320, 240], view, PICTURE)).toEqual([0.5, 0.5]);
  expect(screenOf([0.5, 0.5], view, PICTURE)).toEqual([320, 240]);
  expect(zoomed(view, 1000, [320, 240], PICTURE, SCREEN).scale).toBe(6);
  expect(shifted(view, 10_000, 0, PICTURE, SCREEN).x).toBe(0);
});
