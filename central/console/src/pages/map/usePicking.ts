import { useCallback, useMemo, useRef, useState } from "react";
import type { Row } from "./rows";

export interface Picking {
  picked: ReadonlySet<number>;
  /** In the list or out of it; with `range` all from the last one on. */
  flip: (number: number, range: boolean) => void;
  all: (on: boolean) => void;
}

/** Which tickets are picked for doing something with all of them. What does not pass the filter any more is not. */
export function usePicking(shown: readonly Row[]): Picking {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const last = useRef<number | null>(null);
  const picked = useMemo(
    () =>
      chosen.size
        ? new Set(shown.map(({ number }) => number).filter((number) => chosen.has(number)))
        : chosen,
    [chosen, shown],
  );
  const flip = useCallback(
    (number: number, range: boolean) => {
      const from = range ? shown.findIndex((row) => row.number === last.current) : -1;
      const at = shown.findIndex((row) => row.number === number);
      last.current = number;
      setChosen((before) => {
        const on = !before.has(number);
        const after = new Set(before);
        const rows =
          from < 0
            ? [number]
            : shown.slice(Math.min(from, at), Math.max(from, at) + 1).map((row) => row.number);
        for (const each of rows)
          if (on) after.add(each);
          else after.delete(each);
        return after;
      });
    },
    [shown],
  );
  const all = useCallback(
    (on: boolean) => setChosen(new Set(on ? shown.map(({ number }) => number) : [])),
    [shown],
  );
  return useMemo(() => ({ picked, flip, all }), [picked, flip, all]);
}
