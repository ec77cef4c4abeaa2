// Why a ticket is there, and what the centre decided about it. Pure.
import type { Schema } from "@/api/client";
import type { Trace, Ticket } from "./asking";

type Reason = Schema<"Reason">;

export interface Whys {
  opened: Reason[];
  merged: { situation: string; reason: Reason }[];
  /** What the centre did by itself: accepted, dispatched, closed, cleared. */
  routed: { at: string; action: string; reason: Reason }[];
  clock: { at: string; reason: Reason }[];
}

const CLOCK = ["escalate", "extend"];

const isReason = (value: unknown): value is Reason =>
  typeof value === "object" && value !== null && typeof (value as Reason).text === "string";

/** The reasons of the first event that opened it; those of now where that is not at hand. */
function openedBy(ticket: Pick<Ticket, "events" | "reasons" | "situation">): Reason[] {
  const first = ticket.events.find(
    ({ type, body }) => type.endsWith(".opened.v1") && body.subject === ticket.situation,
  );
  const data = first?.body.data as { reasons?: unknown } | undefined;
  const found = Array.isArray(data?.reasons) ? data.reasons.filter(isReason) : [];
  return found.length ? found : ticket.reasons;
}

export function whysOf(ticket: Ticket, trail: readonly Trace[]): Whys {
  const byCentre = trail.filter(
    ({ who, sort }) => who === null && (sort === "action" || sort === "decision"),
  );
  const routed = byCentre.filter(({ action }) => action !== null && !CLOCK.includes(action));
  const clock = byCentre.filter(
    ({ action, effect, reason }) =>
      CLOCK.includes(action ?? "") ||
      (effect === "stays" && reason.values != null && "share" in reason.values),
  );
  return {
    opened: openedBy(ticket),
    merged: ticket.members.flatMap(({ situation, joined, beside }) =>
      [joined, beside].filter((each) => each !== null).map((reason) => ({ situation, reason })),
    ),
    routed: routed.map(({ at, action, reason }) => ({ at, action: action ?? "", reason })),
    clock: clock.map(({ at, reason }) => ({ at, reason })),
  };
}
