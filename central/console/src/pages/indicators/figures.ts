// What is known of each figure: its unit, and which way is the better one.
import type { Formats } from "@/words/formats";
import type { Group } from "./asking";

type Unit = "share" | "seconds";
interface About {
  unit: Unit;
  /** 1: more is better; -1: less is; 0: neither. */
  better: 1 | -1 | 0;
}

export const FIGURES = {
  closing_rate: { unit: "share", better: 1 },
  in_time_rate: { unit: "share", better: 1 },
  rework_rate: { unit: "share", better: -1 },
  extension_rate: { unit: "share", better: -1 },
  dispatch_accuracy: { unit: "share", better: 1 },
  mean_worked: { unit: "seconds", better: -1 },
  mean_passed: { unit: "seconds", better: -1 },
  machine_share: { unit: "share", better: 0 },
  drone_share: { unit: "share", better: 0 },
  false_alarm_rate: { unit: "share", better: -1 },
  recurrence_rate: { unit: "share", better: -1 },
  self_cleared_share: { unit: "share", better: 0 },
  camera_uptime: { unit: "share", better: 1 },
} as const satisfies Record<string, About>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

/** A figure of a group; null where it has no value. */
export const valueOf = (group: Group, name: FigureName): number | null => group.figures[name]?.value ?? null;

/** As people read it; an em dash where there is nothing to divide by. */
export function shown(name: FigureName, value: number | null, formats: Formats): string {
  if (value === null) return "–";
  if (FIGURES[name].unit === "seconds") return formats.span(value);
  return formats.number(value, { style: "percent", maximumFractionDigits: 1 });
}

export interface Change {
  /** Of a share in percentage points, of seconds in seconds; of counts as they are. */
  by: number;
  /** Whether that is good, bad, or neither. */
  is: "better" | "worse" | "same" | "neither";
}

/** How a figure has changed; null where one of the two has no value. */
export function change(name: FigureName, now: number | null, then: number | null): Change | null {
  if (now === null || then === null) return null;
  const by = FIGURES[name].unit === "share" ? (now - then) * 100 : now - then;
  return { by, is: judged(FIGURES[name].better, by) };
}

function judged(better: 1 | -1 | 0, by: number): Change["is"] {
  if (Math.abs(by) < 0.05) return "same";
  if (better === 0) return "neither";
  return Math.sign(by) === better ? "better" : "worse";
}

/** With a sign: percentage points (in the reader's word), or a span. */
export function changeShown(name: FigureName, found: Change, formats: Formats, points: string): string {
  const sign = found.by > 0 ? "+" : "−";
  const size = Math.abs(found.by);
  if (FIGURES[name].unit === "seconds") return `${sign}${formats.span(size)}`;
  return `${sign}${formats.number(size, { maximumFractionDigits: 1 })} ${points}`;
}

/** The figures' tallies that lists can show: none of cameras, whose seconds are no tickets. */
export const hasTickets = (name: FigureName): boolean => name !== "camera_uptime";

/** Those with a value first, from high to low (`way` -1) or low to high; the same ones by name. */
export function sorted(groups: readonly Group[], name: FigureName | "found", way: 1 | -1): Group[] {
  const of = (group: Group) => (name === "found" ? (group.tallies.found ?? 0) : valueOf(group, name));
  return [...groups].sort((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === null || b === null) return a === b ? byKey(one, other) : a === null ? 1 : -1;
    return way * (a - b) || byKey(one, other);
  });
}

const byKey = (one: Group, other: Group): number => (one.key < other.key ? -1 : 1);
