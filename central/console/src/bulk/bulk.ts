// One action on several tickets: who takes it, and what became of each. Pure.
import type { Schema } from "@/api/client";

export type Ticket = Schema<"WorkedTicket">;
export type Option = Schema<"OptionAnswer">;

/** More at once is no work of a person's. */
export const MOST = 200;

/** `open`: no answer came; the same request may be sent again. */
export type State = "waiting" | "doing" | "done" | "refused" | "open";

export interface Outcome {
  number: string;
  state: State;
  /** In the reader's words; where it was refused. */
  why: string | null;
}

export interface Offer {
  action: string;
  option: Option;
  /** The tickets that take it now. */
  able: Ticket[];
}

/** Every action that at least one of them takes, in the order of the first ticket that has it. */
export function offersOf(tickets: readonly Ticket[]): Offer[] {
  const offers = new Map<string, Offer>();
  for (const ticket of tickets)
    for (const option of ticket.actions.filter(({ allowed }) => allowed)) {
      const offer = offers.get(option.action) ?? { action: option.action, option, able: [] };
      offer.able.push(ticket);
      offers.set(option.action, offer);
    }
  return [...offers.values()];
}

/** How each begins: those that take it wait for their turn, of the others it is known why not. */
export function begun(
  tickets: readonly Ticket[],
  action: string,
  say: (reason: Schema<"Reason">) => string,
): Outcome[] {
  return tickets.map(({ number, actions }) => {
    const option = actions.find((each) => each.action === action);
    if (option?.allowed) return { number, state: "waiting", why: null };
    return { number, state: "refused", why: option?.why_not ? say(option.why_not) : null };
  });
}

export const withOutcome = (outcomes: readonly Outcome[], one: Outcome): Outcome[] =>
  outcomes.map((each) => (each.number === one.number ? one : each));

export function tallyOf(outcomes: readonly Outcome[]) {
  const many = (...states: State[]) => outcomes.filter(({ state }) => states.includes(state)).length;
  const left = many("waiting", "doing");
  return { all: outcomes.length, done: many("done"), refused: many("refused"), open: many("open"), left };
}

/** Does `run` for each, a few at a time. */
export async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
