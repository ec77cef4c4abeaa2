// What each kind of rule can be told, as docs/rules.md, docs/stalls.md and docs/debris.md say. Pure.
import { secondsOf } from "../draft/durations";
import type { Rule } from "../draft/shape";

export interface FieldOf {
  key: string;
  sort: "duration" | "share" | "count" | "number" | "choice" | "flag" | "words" | "groups" | "allow";
  /** What counts where nothing is said; undefined: it has to be said. */
  fallback?: unknown;
  least?: number;
  most?: number;
  /** `least` itself is not allowed. */
  above?: true;
  choices?: readonly string[];
  /** Shown under "more". */
  more?: true;
}

export const RULE_KINDS = ["dwell", "cluster", "left"] as const;
export const GROUPS = ["vehicle", "two_wheeler", "thing"] as const;

const SHARE = { sort: "share", least: 0, most: 1 } as const;
const INSIDE: FieldOf = { ...SHARE, key: "share", fallback: 0.5, above: true };
const SEEN: FieldOf = { ...SHARE, key: "coverage", fallback: 0.2, above: true, more: true };
const HOUR = 3600;

export const FIELDS: Readonly<Record<string, readonly FieldOf[]>> = {
  dwell: [
    { key: "dwell", sort: "duration", least: 1 },
    { key: "groups", sort: "groups", fallback: ["vehicle"] },
    { key: "allow", sort: "allow", fallback: {}, least: 1 },
    INSIDE,
    { key: "queue", sort: "choice", fallback: "hold", choices: ["hold", "ignore"] },
    { key: "queue_hold", sort: "duration", fallback: "5m", least: 1, most: HOUR, more: true },
    { ...SHARE, key: "sure", fallback: 0.5, more: true },
    SEEN,
  ],
  cluster: [
    { key: "dwell", sort: "duration", least: 10 },
    { key: "least", sort: "count", fallback: 3, least: 2, most: 20 },
    INSIDE,
    { key: "reach", sort: "number", fallback: 1.2, least: 0, most: 5, above: true, more: true },
    { key: "standing", sort: "flag", fallback: false, more: true },
    { key: "labels", sort: "words", fallback: [], more: true },
    { key: "goods", sort: "words", fallback: [], more: true },
    SEEN,
  ],
  left: [
    { key: "dwell", sort: "duration", least: 20 },
    INSIDE,
    { ...SHARE, key: "least", fallback: 0.001 },
    { ...SHARE, key: "most", fallback: 0.3, above: true },
    { key: "labels", sort: "words", fallback: [], more: true },
    { ...SHARE, key: "sure", fallback: 0.5, more: true },
    SEEN,
  ],
};

export type Wrong =
  "needed" | "duration" | "number" | "least" | "most" | "above" | "word" | "empty" | "group";
export interface SettingFault {
  key: string;
  wrong: Wrong;
  /** The limit, in the field's own unit. */
  limit?: number;
}

const WORD = /^[a-z][a-z0-9_]{0,47}$/;
const isWord = (value: unknown): boolean => typeof value === "string" && WORD.test(value);

function bounded(value: number, { least, most, above }: FieldOf): Omit<SettingFault, "key"> | null {
  if (above && least !== undefined && value <= least) return { wrong: "above", limit: least };
  if (least !== undefined && value < least) return { wrong: "least", limit: least };
  return most !== undefined && value > most ? { wrong: "most", limit: most } : null;
}

function ofNumber(value: unknown, field: FieldOf): Omit<SettingFault, "key"> | null {
  if (field.sort === "duration") {
    const seconds = secondsOf(value);
    return seconds === null ? { wrong: "duration" } : bounded(seconds, field);
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return { wrong: "number" };
  if (field.sort === "count" && !Number.isInteger(value)) return { wrong: "number" };
  return bounded(value, field);
}

function ofMany(value: unknown, field: FieldOf): Omit<SettingFault, "key"> | null {
  if (field.sort === "groups") return (value as unknown[]).length ? null : { wrong: "empty" };
  if (field.sort === "words") return (value as unknown[]).every(isWord) ? null : { wrong: "word" };
  const entries = Object.entries(value as Record<string, unknown>);
  if (!entries.every(([label]) => isWord(label))) return { wrong: "word" };
  const wrong = entries.map(([, time]) => ofNumber(time, { ...field, sort: "duration" }));
  return wrong.find((each) => each !== null) ?? null;
}

/** What is wrong with one setting; null where nothing is. */
export function wrongWith(rule: Rule, field: FieldOf): SettingFault | null {
  const value = rule[field.key];
  if (value === undefined || value === null)
    return field.fallback === undefined ? { key: field.key, wrong: "needed" } : null;
  const many = ["groups", "words", "allow"].includes(field.sort);
  if (field.sort === "choice" || field.sort === "flag") return null;
  const found = many ? ofMany(value, field) : ofNumber(value, field);
  return found && { key: field.key, ...found };
}

export const faultsOf = (rule: Rule): SettingFault[] =>
  (FIELDS[rule.kind] ?? []).flatMap((field) => wrongWith(rule, field) ?? []);

/** A rule of another kind keeps what both kinds can be told. */
export function ofKind(rule: Rule, kind: string): Rule {
  const known = new Set((FIELDS[kind] ?? []).map(({ key }) => key));
  const kept = Object.entries(rule).filter(([key]) => known.has(key) || key === "id" || key === "incident");
  const least = FIELDS[kind]?.find(({ key }) => key === "dwell")?.least ?? 0;
  const short = (secondsOf(rule.dwell) ?? 0) < least;
  return {
    incident: rule.incident,
    ...Object.fromEntries(kept.filter(([key]) => !(key === "least" || (key === "dwell" && short)))),
    ...(short && { dwell: `${least}s` }),
    kind,
  };
}
