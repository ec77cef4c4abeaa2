// What was done, so that it can be undone: as far back as the session goes. Pure.

interface Step<T> {
  value: T;
  /** Steps of one name in a row are one: a nudge of a point, letters of a word. */
  merges: string | null;
}

export interface History<T> {
  past: readonly T[];
  now: Step<T>;
  future: readonly T[];
}

export const begun = <T>(value: T): History<T> => ({ past: [], now: { value, merges: null }, future: [] });

export function did<T>(history: History<T>, value: T, merges: string | null = null): History<T> {
  const { now, past } = history;
  if (value === now.value) return history;
  const goesOn = merges !== null && now.merges === merges;
  return { past: goesOn ? past : [...past, now.value], now: { value, merges }, future: [] };
}

export function undone<T>({ past, now, future }: History<T>): History<T> {
  if (!past.length) return { past, now, future };
  const value = past.at(-1) as T;
  return { past: past.slice(0, -1), now: { value, merges: null }, future: [now.value, ...future] };
}

export function redone<T>({ past, now, future }: History<T>): History<T> {
  if (!future.length) return { past, now, future };
  const [value, ...rest] = future as [T, ...T[]];
  return { past: [...past, now.value], now: { value, merges: null }, future: rest };
}
