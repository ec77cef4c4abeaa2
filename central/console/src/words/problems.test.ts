import { expect, test } from "vitest";
import { problemWords } from "./problems";

const words = {
  codes: { no_node: "没有这个节点" },
  statuses: { 404: "没有找到" },
  reason: (code: string) => (code === "illegal_action" ? "当前状态下不能这样做" : null),
  other: (status: number) => `未能完成（${status}）`,
};
const given = { status: 404, code: null, text: "there is no node a/b" };

test.each([
  [{ ...given, code: "no_node" }, "没有这个节点", given.text],
  [{ ...given, code: "illegal_action" }, "当前状态下不能这样做", given.text],
  [{ ...given, code: "never_heard_of" }, "没有找到", given.text],
  [given, "没有找到", given.text],
  [{ ...given, status: 418 }, "未能完成（418）", given.text],
  [{ ...given, code: "toString" }, "没有找到", given.text],
])("%j", (problem, says, original) => {
  expect(problemWords(problem, words, false)).toEqual({ says, original });
});

test("whoever reads English has the centre's own words", () => {
  expect(problemWords(given, words, true)).toEqual({ says: given.text, original: null });
});
