import { expect, test } from "vitest";
import { joined, slim, type Ticket } from "./shapes";

const answer = {
  number: "T-1",
  version: 3,
  revision: 1,
  evidence: [],
  box: [0, 0, 1, 1],
  trust: null,
} as never;

test("of an answer that is kept which the phone shows, and when it was whole", () => {
  const brief = slim(answer, 7);
  expect([brief.number, brief.actions, brief.whole]).toEqual(["T-1", null, 0]);
  expect("box" in brief || "trust" in brief).toBe(false);
  const all = slim({ ...(answer as object), actions: [], log: Array(40).fill({}) } as never, 7);
  expect([all.actions, all.log?.length, all.whole]).toEqual([[], 12, 7]);
});

test("what was known of the whole stays, and is asked for anew once the ticket has changed", () => {
  const known = { ...slim(answer, 0), actions: [], log: [], whole: 500 } as Ticket;
  const brief = slim(answer, 0);
  expect(joined(brief, known)).toMatchObject({ actions: [], whole: 500 });
  expect(joined({ ...brief, version: 4 }, known)).toMatchObject({ actions: [], version: 4, whole: 1 });
  expect(joined(brief, undefined)).toBe(brief);
});
