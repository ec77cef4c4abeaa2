import { expect, test } from "vitest";
import { Keys, type Shortcut } from "./registry";

const shortcut = (keys: string): Shortcut => ({ keys, says: keys, run: () => undefined });

test("one key, and two after each other", () => {
  const keys = new Keys();
  keys.add([shortcut("?"), shortcut("g t")]);
  expect(keys.pressed("?", 0)?.keys).toBe("?");
  expect(keys.pressed("g", 10)).toBeNull();
  expect(keys.pressed("t", 20)?.keys).toBe("g t");
  expect(keys.pressed("t", 30)).toBeNull();
});

test("two keys that are far apart are no shortcut", () => {
  const keys = new Keys();
  keys.add([shortcut("g t")]);
  keys.pressed("g", 0);
  expect(keys.pressed("t", 5_000)).toBeNull();
});

test("a page's own keys win while it is shown, and go with it", () => {
  const keys = new Keys();
  const [shell, page] = [shortcut("/"), shortcut("/")];
  keys.add([shell]);
  const leave = keys.add([page]);
  expect(keys.pressed("/", 0)).toBe(page);
  expect(keys.all()).toEqual([page]);
  leave();
  expect(keys.pressed("/", 0)).toBe(shell);
});
