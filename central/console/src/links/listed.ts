// The list that somebody came from, so that a ticket's page leads on to the next one. A page that shows a list keeps it.

const KEPT = "gewu.list";
const MOST = 2_000;

/** Numbers of tickets in the order in which they are shown; for this tab, until another list is shown. */
export const keepList = (numbers: readonly string[]): void =>
  sessionStorage.setItem(KEPT, JSON.stringify(numbers.slice(0, MOST)));

export function keptList(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Where a ticket is in a list, and what is on either side of it; null where it is not in it. */
export function around(list: readonly string[], number: string) {
  const at = list.indexOf(number);
  if (at < 0) return null;
  return { at: at + 1, all: list.length, before: list[at - 1] ?? null, after: list[at + 1] ?? null };
}
