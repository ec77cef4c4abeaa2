// What the pointer is over, on the map or in the list: both show it, and nothing else is drawn anew for it.
import { createContext, use, useSyncExternalStore } from "react";

export interface Pointed {
  numbers: ReadonlySet<number>;
  cell: string | null;
  from: "map" | "list";
}
const NOTHING: Pointed = { numbers: new Set(), cell: null, from: "list" };

export class Pointing {
  #now = NOTHING;
  #watchers = new Set<() => void>();

  get now(): Pointed {
    return this.#now;
  }

  at(from: Pointed["from"], numbers: readonly number[], cell: string | null = null): void {
    const before = this.#now;
    const same =
      before.numbers.size === numbers.length && numbers.every((number) => before.numbers.has(number));
    if (same && before.cell === cell) return;
    this.#now = { numbers: new Set(numbers), cell, from };
    for (const watcher of this.#watchers) watcher();
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
}

export const PointingContext = createContext(new Pointing());
export const usePointing = (): Pointing => use(PointingContext);

export function usePointed<Part>(of: (pointed: Pointed) => Part): Part {
  const pointing = usePointing();
  return useSyncExternalStore(pointing.watch, () => of(pointing.now));
}
