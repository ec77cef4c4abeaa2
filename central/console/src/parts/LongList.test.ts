import { expect, test } from "vitest";
import { stepped } from "./LongList";

test("a key leads to another place, never beyond the ends", () => {
  expect(["ArrowDown", "ArrowUp", "PageDown", "Home", "End"].map((key) => stepped(key, 5, 600))).toEqual([
    6, 4, 15, 0, 599,
  ]);
  expect([stepped("ArrowUp", 0, 600), stepped("PageDown", 595, 600)]).toEqual([0, 599]);
  expect(stepped("ArrowDown", -1, 600)).toBe(0);
  expect([stepped("a", 5, 600), stepped("End", 0, 0)]).toEqual([null, null]);
});
