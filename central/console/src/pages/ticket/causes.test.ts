import { expect, test } from "vitest";
import type { Ticket, Trace } from "./asking";
import { whysOf } from "./causes";

const reason = (code: string, values: Record<string, number> | null = null) => ({ code, text: code, values });
const trace = (more: Partial<Trace>): Trace => ({
  seq: 1,
  effect: "acted",
  reason: reason("x"),
  state: null,
  event: null,
  at: "2026-03-01T08:00:00Z",
  who: null,
  action: null,
  details: null,
  version: null,
  sort: "action",
  source: "centre",
  about: null,
  pictures: [],
  ...more,
});

test("what opened it, what was merged, what the centre did, and its clock", () => {
  const opening = {
    type: "gewu.incident.opened.v1",
    body: { subject: "s-1", data: { reasons: [reason("dwelt")] } },
  };
  const ticket = {
    situation: "s-1",
    reasons: [reason("still_there")],
    events: [opening],
    members: [{ situation: "s-2", joined: reason("again_near"), beside: null }],
  } as unknown as Ticket;
  const trail = [
    trace({ action: "accept", reason: reason("by_itself_accept") }),
    trace({ action: "dispatch", who: "olga" }),
    trace({ action: "escalate", reason: reason("escalated", { share: 0.75 }) }),
    trace({ effect: "stays", sort: "decision", reason: reason("urge", { share: 0.5 }) }),
  ];
  const found = whysOf(ticket, trail);
  expect(found.opened.map(({ code }) => code)).toEqual(["dwelt"]);
  expect(found.merged.map(({ reason: { code } }) => code)).toEqual(["again_near"]);
  expect(found.routed.map(({ action }) => action)).toEqual(["accept"]);
  expect(found.clock.map(({ reason: { code } }) => code)).toEqual(["escalated", "urge"]);
  expect(whysOf({ ...ticket, events: [] }, []).opened).toEqual(ticket.reasons);
});
