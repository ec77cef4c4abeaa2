// What a problem document says, in the reader's words: by its code, else by its status. Pure.

export interface Told {
  says: string;
  /** The centre's own words, where what is said is only of its sort; null where they add nothing. */
  original: string | null;
}

export interface Words {
  codes: Readonly<Record<string, string>>;
  statuses: Readonly<Record<string, string>>;
  /** A reason's words under this code; null where it is no reason's. */
  reason: (code: string, text: string) => string | null;
  other: (status: number) => string;
}

interface Given {
  status: number;
  code: string | null;
  text: string;
}

const of = (words: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(words, name) ? (words[name] ?? null) : null;

/** english: whoever reads the centre's language is told in its own words, which know most. */
export function problemWords({ status, code, text }: Given, words: Words, english: boolean): Told {
  if (english && text) return { says: text, original: null };
  const known = code === null ? null : (of(words.codes, code) ?? words.reason(code, text));
  if (known !== null) return { says: known, original: known.includes(text) ? null : text };
  return { says: of(words.statuses, String(status)) ?? words.other(status), original: text || null };
}
