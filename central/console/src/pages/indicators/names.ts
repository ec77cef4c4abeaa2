// Names of groups that were seen, so that what the page is narrowed to has a name and not its code alone.
import type { Group } from "./asking";

const MOST = 5_000;

interface Name {
  zh: string;
  en: string;
}

class Names {
  private readonly known = new Map<string, Name>();

  /** Keeps the names of these groups; the oldest go beyond the bound. */
  learn(groups: readonly Group[]): void {
    for (const { key, zh, en } of groups) this.known.set(key, { zh, en });
    for (const key of this.known.keys()) {
      if (this.known.size <= MOST) return;
      this.known.delete(key);
    }
  }

  get(key: string): Name | undefined {
    return this.known.get(key);
  }
}

export const named = new Names();
