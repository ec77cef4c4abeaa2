import { useCallback, useMemo, useRef, useState } from "react";

export interface Picks {
  /** In the order of the list; what is not in it any more is not picked. */
  picked: readonly string[];
  /** In or out; with `range` all from the last one on. */
  flip: (number: string, range: boolean) => void;
  all: (on: boolean) => void;
}

/** Which of a list of tickets are picked for doing something with all of them. */
export function usePicks(numbers: readonly string[]): Picks {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const picked = useMemo(() => numbers.filter((number) => chosen.has(number)), [numbers, chosen]);
  const flip = useCallback(
    (number: string, range: boolean) => {
      const [from, at] = [range ? numbers.indexOf(last.current ?? "") : -1, numbers.indexOf(number)];
      last.current = number;
      const those = from < 0 ? [number] : numbers.slice(Math.min(from, at), Math.max(from, at) + 1);
      setChosen((before) => {
        const after = new Set(before);
        for (const each of those)
          if (before.has(number)) after.delete(each);
          else after.add(each);
        return after;
      });
    },
    [numbers],
  );
  const all = useCallback((on: boolean) => setChosen(new Set(on ? numbers : [])), [numbers]);
  return useMemo(() => ({ picked, flip, all }), [picked, flip, all]);
}
