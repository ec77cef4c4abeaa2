// Which keys do what, now. A page adds its own while it is shown; later ones win.

export interface Shortcut {
  /** One key, or two after each other: "?", "/", "g m". */
  keys: string;
  /** What it does, in the reader's words. */
  says: string;
  run: () => void;
}

const TOGETHER_MS = 1_200;

export class Keys {
  #groups: (readonly Shortcut[])[] = [];
  #before: { key: string; at: number } | null = null;

  /** Returns how to take them away again. */
  add(group: readonly Shortcut[]): () => void {
    this.#groups.push(group);
    return () => {
      this.#groups = this.#groups.filter((other) => other !== group);
    };
  }

  /** Every shortcut that works now; of two with the same keys the later one. */
  all(): Shortcut[] {
    return [...new Map(this.#groups.flat().map((each) => [each.keys, each])).values()];
  }

  /** What a key comes to at a time in milliseconds; null when it is nothing, or only the first of two. */
  pressed(key: string, at: number): Shortcut | null {
    const before = this.#before;
    const two = before && at - before.at < TOGETHER_MS ? `${before.key} ${key}` : null;
    const found =
      this.all().findLast(({ keys }) => keys === two) ?? this.all().findLast(({ keys }) => keys === key);
    this.#before = found ? null : { key, at };
    return found ?? null;
  }
}

/** Whether a key that is pressed here is writing, not a shortcut. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches("input:not([type=checkbox],[type=radio]), textarea, select")
  );
}
