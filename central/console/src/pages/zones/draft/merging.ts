// Two operators changed the same camera: what came of the same beginning, zone by zone. Pure.
import { alike } from "./comparing";
import { redrawn } from "./grounding";
import type { Draft, Zone } from "./shape";

export const IGNORE = "\u0000ignore"; // no zone can be called so
export const GROUND = "\u0000ground";

export interface Part {
  /** A zone's id, IGNORE for all that is left out, or GROUND for the known points. */
  name: string;
  /** Who changed it since the common beginning; `both` may still have done the same. */
  by: "nobody" | "mine" | "theirs" | "both";
  mine: Zone | null;
  theirs: Zone | null;
}

export type Choice = "mine" | "theirs";

const by = (base: unknown, mine: unknown, theirs: unknown): Part["by"] => {
  if (alike(mine, theirs)) return "nobody";
  if (alike(base, mine)) return "theirs";
  return alike(base, theirs) ? "mine" : "both";
};

/** In my order, then what only they have, then what neither has any more. */
export function parts(base: Draft, mine: Draft, theirs: Draft): Part[] {
  const find = (draft: Draft, id: string) => draft.zones.find((zone) => zone.id === id) ?? null;
  const names = [...new Set([...mine.zones, ...theirs.zones].map(({ id }) => id))];
  const zones = names.map((name): Part => {
    const [was, own, other] = [find(base, name), find(mine, name), find(theirs, name)];
    return { name, by: by(was, own, other), mine: own, theirs: other };
  });
  const rest: Part = {
    name: IGNORE,
    by: by(base.ignore, mine.ignore, theirs.ignore),
    mine: null,
    theirs: null,
  };
  const ground: Part = {
    name: GROUND,
    by: by(base.known, mine.known, theirs.known),
    mine: null,
    theirs: null,
  };
  return [...zones, rest, ground];
}

/** Whoever changed it alone; mine where both did, until somebody chooses. */
export const choiceOf = ({ by: who }: Part): Choice => (who === "theirs" ? "theirs" : "mine");

export function merged(
  found: readonly Part[],
  mine: Draft,
  theirs: Draft,
  choices: Readonly<Record<string, Choice>>,
): Draft {
  const chosen = (part: Part) => choices[part.name] ?? choiceOf(part);
  const zones = found
    .filter(({ name }) => name !== IGNORE && name !== GROUND)
    .flatMap((part) => (chosen(part) === "mine" ? part.mine : part.theirs) ?? []);
  const of = (sort: string) => {
    const part = found.find(({ name }) => name === sort);
    return part && chosen(part) === "theirs" ? theirs : mine;
  };
  return redrawn({ zones, ignore: of(IGNORE).ignore, known: of(GROUND).known });
}
