// Why a ticket is there, and what the centre decided about it. Pure.
import type { Schema } from "@/api/client";
import type { Ticket, WhyStep } from "./asking";

type Reason = Schema<"Reason">;
type Step = Pick<WhyStep, "at" | "reason"> & { action: string; turns: Reason[] };

export interface Whys {
  opened: Reason[];
  merged: { situation: string; reason: Reason }[];
  /** What the centre did by itself: accepted, dispatched, closed, cleared. `turns`: of the way to a department. */
  routed: Step[];
  clock: Step[];
}

const CLOCK = ["escalated", "extend", "urged", "supervised"];

const step = ({ at, reason, action, more }: WhyStep): Step => ({
  at,
  reason,
  action: action ?? "",
  turns: more,
});

/** steps: the earliest first; none while they are on their way, when the reasons of now stand for those of the opening. */
export function whysOf(ticket: Pick<Ticket, "reasons" | "members">, steps: readonly WhyStep[]): Whys {
  const opening = steps.find(({ what }) => what === "opened")?.more ?? [];
  const byCentre = steps.filter(({ by }) => by === null);
  const clock = (one: WhyStep) =>
    CLOCK.includes(one.what) || (one.what === "stays" && "share" in (one.reason.values ?? {}));
  return {
    opened: opening.length ? opening : ticket.reasons,
    merged: ticket.members.flatMap(({ situation, joined, beside }) =>
      [joined, beside].filter((each) => each !== null).map((reason) => ({ situation, reason })),
    ),
    routed: byCentre.filter((one) => one.action !== null && !clock(one)).map(step),
    clock: byCentre.filter(clock).map(step),
  };
}
