import { expect, test } from "vitest";
import type { Ticket, WhyStep } from "./asking";
import { whysOf } from "./causes";

const reason = (code: string, values: Record<string, number> | null = null) => ({
  code,
  text: code,
  values,
  words: null,
});
const step = (what: string, more: Partial<WhyStep> = {}): WhyStep => ({
  what,
  at: "2026-03-01T08:00:00Z",
  reason: reason("x"),
  more: [],
  by: null,
  node: null,
  situation: null,
  state: null,
  action: null,
  version: null,
  details: null,
  ...more,
});

test("what opened it, what was merged, what the centre did with every turn, and its clock", () => {
  const ticket = {
    reasons: [reason("still_there")],
    members: [{ situation: "s-2", joined: reason("again_near"), beside: null }],
  } as unknown as Ticket;
  const found = whysOf(ticket, [
    step("opened", { more: [reason("dwelt")] }),
    step("accept", { action: "accept", reason: reason("by_itself_accept") }),
    step("routed", { action: "dispatch", more: [reason("route_taken"), reason("on_duty")] }),
    step("routed", { action: "dispatch", by: "olga" }),
    step("escalated", { action: "escalate", reason: reason("escalated", { share: 0.75 }) }),
    step("stays", { reason: reason("urged", { share: 0.5 }) }),
    step("stays", { reason: reason("known_already") }),
  ]);
  expect(found.opened.map(({ code }) => code)).toEqual(["dwelt"]);
  expect(found.merged.map(({ reason: { code } }) => code)).toEqual(["again_near"]);
  expect(found.routed.map(({ action, turns }) => [action, turns.length])).toEqual([
    ["accept", 0],
    ["dispatch", 2],
  ]);
  expect(found.clock.map(({ reason: { code } }) => code)).toEqual(["escalated", "urged"]);
  expect(whysOf(ticket, []).opened).toEqual(ticket.reasons);
});
