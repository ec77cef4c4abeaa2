import { expect, test } from "vitest";
import { begun, inTurns, offersOf, tallyOf, withOutcome, type Ticket } from "./bulk";

const option = (action: string, code: string | null = null) => ({
  action,
  allowed: code === null,
  why_not: code === null ? null : { code, text: code, values: null, words: null },
  needed: [],
  besides: [],
});
const ticket = (number: string, ...actions: ReturnType<typeof option>[]) =>
  ({ number, actions }) as unknown as Ticket;
const THREE = [
  ticket("T-1", option("accept"), option("reject", "illegal_action")),
  ticket("T-2", option("reject"), option("accept", "other_department")),
  ticket("T-3", option("accept")),
];

test("an action is offered where one takes it, with those that do", () => {
  const offers = offersOf(THREE).map(({ action, able }) => [action, able.map(({ number }) => number)]);
  expect(offers).toEqual([
    ["accept", ["T-1", "T-3"]],
    ["reject", ["T-2"]],
  ]);
});

test("of those that do not take it the reason is known before anything is sent", () => {
  const outcomes = begun(THREE, "accept", ({ code }) => `because of ${code}`);
  expect(outcomes).toEqual([
    { number: "T-1", state: "waiting", why: null },
    { number: "T-2", state: "refused", why: "because of other_department" },
    { number: "T-3", state: "waiting", why: null },
  ]);
  const after = withOutcome(outcomes, { number: "T-1", state: "done", why: null });
  expect(tallyOf(after)).toEqual({ all: 3, done: 1, refused: 1, open: 0, left: 1 });
});

test("never more than a few at a time, and each once", async () => {
  const done: number[] = [];
  let now = 0;
  let most = 0;
  await inTurns([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now -= 1;
    done.push(item);
  });
  expect([most, done.sort()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
});
