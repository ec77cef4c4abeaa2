import { expect, test } from "vitest";
import { number, oneOf, someOf, text, texts, yes } from "./search";

test("what fits is taken", () => {
  const search = { q: "kerb", id: 7, show: "open", kinds: ["b", "a"], one: "a", x: 3, yes: true };
  expect(text(search, "q")).toBe("kerb");
  expect(text(search, "id")).toBe("7");
  expect(oneOf(search, "show", ["open", "all"])).toBe("open");
  expect(someOf(search, "kinds", ["a", "b", "c"])).toEqual(["a", "b"]);
  expect(someOf(search, "one", ["a", "b"])).toEqual(["a"]);
  expect(texts(search, "kinds")).toEqual(["b", "a"]);
  expect(number(search, "x", 0, 10)).toBe(3);
  expect(yes(search, "yes")).toBe(true);
});

test("what does not fit is left out", () => {
  const search = { q: { a: 1 }, show: "closed", kinds: [1, {}], x: Infinity, yes: "true" };
  expect(text(search, "q")).toBeUndefined();
  expect(text({ q: "  " }, "q")).toBeUndefined();
  expect(text({ q: "x".repeat(9) }, "q", 3)).toBe("xxx");
  expect(oneOf(search, "show", ["open"])).toBeUndefined();
  expect(someOf(search, "kinds", ["a"])).toBeUndefined();
  expect(texts(search, "kinds")).toBeUndefined();
  expect(number(search, "x", 0, 10)).toBeUndefined();
  expect(yes(search, "yes")).toBeUndefined();
});
