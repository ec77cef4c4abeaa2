import { expect, test } from "vitest";
import { problemWords } from "./problems";
import { reasonWords, type Reason } from "./reasons";

const words = {
  statuses: { 404: "没有找到" },
  say: (reason: Reason) =>
    reasonWords(
      reason,
      { no_node: "没有这个节点", field_long: "{{where}}：最多 {{most}} 个字符" },
      { number: String, span: String, moment: String, word: (_, word) => word, comma: "、" },
    ),
  other: (status: number) => `未能完成（${status}）`,
};
const given = { status: 404, code: null, text: "there is no node a/b" };

test.each([
  [{ ...given, code: "no_node" }, "没有这个节点", given.text],
  [
    { ...given, code: "field_long", values: { most: 80 }, words: { where: "body.name" } },
    "body.name：最多 80 个字符",
    given.text,
  ],
  [{ ...given, code: "field_long", values: "80", words: null }, "没有找到", given.text],
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
