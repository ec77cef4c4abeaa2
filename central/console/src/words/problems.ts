// What a problem document says, in the reader's words: by its code, else by its status. Pure.
import type { Reason } from "./reasons";

export interface Told {
  says: string;
  /** The centre's own words, where what is said is only of its sort; null where they add nothing. */
  original: string | null;
}

export interface Words {
  statuses: Readonly<Record<string, string>>;
  /** The words of a code, with its figures and names; its text where it has none. */
  say: (reason: Reason) => string;
  other: (status: number) => string;
}

/** Of a problem document; `text` is its detail. */
export interface Given {
  status: number;
  text: string;
  code?: unknown;
  values?: unknown;
  words?: unknown;
}

/** english: whoever reads the centre's language is told in its own words, which know most. */
export function problemWords(given: Given, words: Words, english: boolean): Told {
  const { status, text } = given;
  if (english && text) return { says: text, original: null };
  const said = typeof given.code === "string" ? words.say(reasonOf(given.code, given)) : text;
  if (said !== text) return { says: said, original: said.includes(text) ? null : text };
  const known = Object.hasOwn(words.statuses, status) ? words.statuses[status] : undefined;
  return { says: known ?? words.other(status), original: text || null };
}

function reasonOf(code: string, { text, values, words }: Given): Reason {
  return { code, text, values: valuesOf(values, "number"), words: valuesOf(words, "string") };
}

/** What is of this type in an object that came from outside. */
function valuesOf(given: unknown, type: "number"): Record<string, number>;
function valuesOf(given: unknown, type: "string"): Record<string, string>;
function valuesOf(given: unknown, type: string): Record<string, unknown> {
  const all = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return Object.fromEntries(all.filter(([, value]) => typeof value === type));
}
