// What may be done on the phone, and what a ticket looks like with what waits to be sent. Pure.
import type { Held, Me, Option, Ticket, Waiting } from "./shapes";

interface Rule {
  of: readonly string[];
  to: string;
}

/** Those of the centre's table that somebody in the street does, in the order in which they are offered. */
const LEADS: Readonly<Record<string, Rule>> = {
  take: { of: ["dispatched"], to: "handling" },
  feed_back: { of: ["dispatched", "handling"], to: "fed_back" },
  verify: { of: ["fed_back"], to: "verified" },
  rework: { of: ["fed_back", "verified"], to: "handling" },
  accept: { of: ["reported"], to: "accepted" },
  send_back: { of: ["dispatched", "handling"], to: "accepted" },
  withdraw: { of: ["reported", "accepted"], to: "withdrawn" },
};
const HANDLES = ["take", "feed_back"];
const VERIFIES = ["verify", "rework"];
const RARE = ["withdraw"]; // possible long before anybody means it

/** The state it will have once all that waits is done. */
export const stateWith = (ticket: Ticket, mine: readonly Waiting[]): string =>
  mine.reduce((state, { action, held }) => {
    const rule = action !== null && !held ? LEADS[action] : undefined;
    return rule?.of.includes(state) ? rule.to : state;
  }, ticket.state);

/** What may be done next, as far as the phone knows; the centre decides. */
export function offered(ticket: Ticket, mine: readonly Waiting[]): Option[] {
  const waiting = mine.filter(({ action }) => action !== null);
  if (waiting.some(({ held }) => held)) return [];
  const state = stateWith(ticket, mine);
  const handled = waiting.some(({ action }) => HANDLES.includes(action ?? ""));
  const fits = ({ action, allowed, why_not }: Option): boolean => {
    if (!LEADS[action]) return false;
    if (!waiting.length) return allowed;
    if (handled && VERIFIES.includes(action)) return false;
    return LEADS[action].of.includes(state) && (allowed || why_not?.code === "illegal_action");
  };
  const order = Object.keys(LEADS);
  return (ticket.actions ?? [])
    .filter(fits)
    .sort((one, other) => order.indexOf(one.action) - order.indexOf(other.action));
}

const STATES_OF: Readonly<Record<string, readonly string[]>> = {
  department: ["dispatched", "handling"],
  grid_worker: ["fed_back"],
  operator: ["reported", "fed_back"],
};

/** Whether something is for this account to do there now. */
export function mine(ticket: Ticket, me: Me, waiting: readonly Waiting[]): boolean {
  if (ticket.whole) return offered(ticket, waiting).some(({ action }) => !RARE.includes(action));
  if (me.role === "department" && me.department !== null && ticket.department !== me.department) return false;
  return STATES_OF[me.role]?.includes(ticket.state) ?? false;
}

/** The first that may be sent now: of each ticket in the order in which they were made, and nothing past one that is held. */
export function nextToSend(queue: readonly Waiting[], skip: ReadonlySet<string>): Waiting | null {
  const stopped = new Set<string>(skip);
  for (const each of queue) {
    if (stopped.has(each.ticket)) continue;
    if (!each.held) return each;
    stopped.add(each.ticket);
  }
  return null;
}

/** What was made on top of one that is gone from the queue, and the version that it builds on now. */
export const followers = (queue: readonly Waiting[], request: string, version: number | null): Waiting[] =>
  queue.filter(({ follows }) => follows === request).map((each) => ({ ...each, follows: null, version }));

export type Refusal = { later: true } | { signIn: true } | { again: true } | { held: Held };

const LATER = [0, 408, 429, 500, 502, 503, 504, 507];

/** What to do with what was refused. status 0: no answer. */
export function refusalOf(status: number, body: Readonly<Record<string, unknown>>, text: string): Refusal {
  if (LATER.includes(status)) return { later: true };
  if (status === 401) return { signIn: true };
  const code = typeof body.code === "string" ? body.code : "";
  if (code === "unknown_picture") return { again: true };
  return {
    held: {
      why: code === "changed_since" ? "changed" : body.photo === true ? "photo" : "refused",
      status,
      code,
      text,
      values: body.values,
      words: body.words,
      version: typeof body.version === "number" ? body.version : null,
      since: Array.isArray(body.since) ? (body.since as Held["since"]) : [],
    },
  };
}
