// What a roll-out changes, as rows of a form. Pure.
import type { Change } from "./asking";

export const SECTIONS = ["model", "inference", "journal", "verify", "stills", "sources"] as const;
export type Section = (typeof SECTIONS)[number];
export type Sort = "text" | "number" | "duration" | "provider" | "beside";

/** Keys that people change; every other one is reached by its name. */
export const KNOWN = {
  "model.name": "text",
  "model.shadow": "beside",
  "model.provider": "provider",
  "model.threads": "number",
  "model.score": "number",
  "inference.budget": "number",
  "inference.batch": "number",
  "sources.sample": "number",
  "sources.idle": "duration",
  "stills.every": "duration",
  "stills.width": "number",
  "journal.keep": "duration",
  "journal.max_mb": "number",
  "verify.within": "duration",
  "verify.at_once": "number",
} as const satisfies Record<string, Sort>;
export type KnownKey = keyof typeof KNOWN;
export const KEYS = Object.keys(KNOWN) as KnownKey[];
export const PROVIDERS = ["cpu", "cuda", "tensorrt", "openvino"] as const;
export const OTHER = "other";
/** Written where no model is to look beside. */
export const NOBODY = "none";

export interface Row {
  id: number;
  key: KnownKey | typeof OTHER;
  /** Of a key that is not known here. */
  section: Section;
  name: string;
  value: string;
}

export type Fault = "noValue" | "noNumber" | "noDuration" | "noName" | "twice";

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

export const isDuration = (said: string): boolean => DURATION.test(said.trim());
export const isKnown = (key: string): key is KnownKey => key in KNOWN;
const sortOf = ({ key }: Row): Sort => (key === OTHER ? "text" : KNOWN[key]);
const pathOf = ({ key, section, name }: Row): string => (key === OTHER ? `${section}.${name.trim()}` : key);

/** What is wrong with a row among all. */
export function faultOf(row: Row, rows: readonly Row[]): Fault | null {
  const value = row.value.trim();
  if (row.key === OTHER && !/^[a-z][a-z0-9_]*$/.test(row.name.trim())) return "noName";
  if (!value) return "noValue";
  if (sortOf(row) === "number" && !Number.isFinite(Number(value))) return "noNumber";
  if (sortOf(row) === "duration" && !DURATION.test(value)) return "noDuration";
  return rows.some((each) => each.id < row.id && pathOf(each) === pathOf(row)) ? "twice" : null;
}

/** As the API takes it. */
export function changeOf(rows: readonly Row[]): Change {
  const found: Record<string, Record<string, unknown>> = {};
  for (const row of rows) {
    const [section = "", name = ""] = pathOf(row).split(".");
    found[section] = { ...found[section], [name]: valueOf(row) };
  }
  return found as Change;
}

function valueOf(row: Row): unknown {
  const value = row.value.trim();
  if (sortOf(row) === "number") return Number(value);
  if (sortOf(row) === "beside") return value === NOBODY ? null : { name: value };
  return row.key === OTHER ? read(value) : value;
}

/** Numbers, yes and no, lists as JSON has them; anything else is a text. */
function read(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export const emptyRow = (id: number): Row => ({
  id,
  key: id === 1 ? "model.name" : "sources.sample",
  section: "model",
  name: "",
  value: "",
});

/** What a form begins with: a model that is to decide, or one that is to look beside. */
export function rowsOf({ model, shadow }: { model?: string; shadow?: string }): Row[] {
  const beside = (id: number, value: string): Row => ({ ...emptyRow(id), key: "model.shadow", value });
  if (shadow) return [beside(1, shadow)];
  // What decides does not look beside itself any more.
  return model ? [{ ...emptyRow(1), value: model }, beside(2, NOBODY)] : [emptyRow(1)];
}

/** Every key that is changed, with its value as one would write it. */
export const linesOf = (change: Change): [path: string, value: string][] =>
  Object.entries(change).flatMap(([section, keys]) =>
    Object.entries(keys).map(([name, value]): [string, string] => [
      `${section}.${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
