// Where in a draft a node or the centre found something wrong: `sources[cam-1].zones[0].rules[1].dwell`. Pure.
import type { Reason } from "@/words/reasons";
import type { Draft, Which } from "./shape";

export interface Told {
  of: Which | null;
  /** Within the zone: `polygon`, `rules[0].dwell`; empty for all of it. */
  path: string;
  text: string;
}

export interface Said extends Reason {
  where?: string | null;
}

const PLACE = /(zones|ignore)\[([^\]]+)\](?:\[\d+\])*\.?(.*)$/;

function which(draft: Draft, sort: string, name: string): Which | null {
  const at = /^\d+$/.test(name) ? Number(name) : draft.zones.findIndex(({ id }) => id === name);
  if (sort === "ignore") return draft.ignore[at] ? { ignore: at } : null;
  const zone = draft.zones[at];
  return zone ? { zone: zone.id } : null;
}

/** say: a reason in the reader's words; its text comes without the place. */
export function toldOf(draft: Draft, said: readonly Said[], say: (reason: Reason) => string): Told[] {
  return said.map(({ where, ...reason }) => {
    const { text } = reason;
    const [before = "", ...rest] = text.split(": ");
    const place = where ?? (PLACE.test(before) ? before : "");
    const words = rest.length && PLACE.test(before) ? rest.join(": ") : text;
    const told = say({ ...reason, text: words });
    const found = PLACE.exec(place);
    if (!found) return { of: null, path: place, text: told };
    const [, sort = "", name = "", path = ""] = found;
    return { of: which(draft, sort, name), path, text: told };
  });
}

/** Of one zone: what is said, by its place within; `under` takes only what lies there, by the rest. */
export function toldWithin(told: readonly Told[], zone: string, under = ""): Map<string, string> {
  const mine = told.filter(({ of }) => of !== null && "zone" in of && of.zone === zone);
  const within = mine.filter(({ path }) => path === under || path.startsWith(under));
  return new Map(within.map(({ path, text }) => [path.slice(under.length).replace(/^\./, ""), text]));
}
