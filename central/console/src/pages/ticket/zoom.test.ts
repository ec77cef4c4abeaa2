import { expect, test } from "vitest";
import { moved, transformOf, WHOLE, zoomed } from "./zoom";

test("what lies under the pointer stays under it", () => {
  const view = zoomed(WHOLE, 2, 0.75, 0.25);
  const under = (at: number, of: number) => of + (at - 0.5) / view.zoom;
  expect([under(0.75, view.x), under(0.25, view.y)]).toEqual([0.75, 0.25]);
});

test("never smaller than whole, never larger than eight times, never beside the picture", () => {
  expect(zoomed(WHOLE, 0.1)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 100).zoom).toBe(8);
  expect(moved(zoomed(WHOLE, 2), 9, -9)).toEqual({ zoom: 2, x: 0.75, y: 0.25 });
  expect(transformOf(WHOLE)).toBe("translate(0.000%, 0.000%) scale(1)");
});
