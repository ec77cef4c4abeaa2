// What a deep link carries behind `?`. A link that somebody wrote by hand never breaks a page: what cannot be
// read is left out.

type Search = Record<string, unknown>;

/** A text that is not empty, at most so long. */
export function text(search: Search, name: string, most = 200): string | undefined {
  const value = search[name];
  const said = typeof value === "number" ? String(value) : value;
  return typeof said === "string" && said.trim() !== "" ? said.slice(0, most) : undefined;
}

/** One of these words. */
export function oneOf<Word extends string>(
  search: Search,
  name: string,
  words: readonly Word[],
): Word | undefined {
  return words.find((word) => word === search[name]);
}

/** Those of a list that are among these words; undefined for none. */
export function someOf<Word extends string>(
  search: Search,
  name: string,
  words: readonly Word[],
): Word[] | undefined {
  const given = Array.isArray(search[name]) ? search[name] : [search[name]];
  const found = words.filter((word) => given.includes(word));
  return found.length ? found : undefined;
}

/** A list of texts. */
export function texts(search: Search, name: string, most = 50): string[] | undefined {
  const given = Array.isArray(search[name]) ? (search[name] as unknown[]) : [search[name]];
  const found = given
    .filter((each): each is string => typeof each === "string" && each !== "")
    .slice(0, most);
  return found.length ? found : undefined;
}

/** A finite number within bounds. */
export function number(search: Search, name: string, least: number, most: number): number | undefined {
  const value = search[name];
  return typeof value === "number" && value >= least && value <= most ? value : undefined;
}

export const yes = (search: Search, name: string): true | undefined =>
  search[name] === true ? true : undefined;
