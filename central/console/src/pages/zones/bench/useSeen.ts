import { useEffect, useEffectEvent, useMemo } from "react";
import { useAsking } from "@/asks/useAsking";
import type { Box } from "../geometry/outline";
import { nameOf, nodeOf, type Place } from "../place";

const BACK_MS = 24 * 3_600_000;
const LOOKS = 200; // evenly over the day: enough for what is typical

export interface Seen {
  /** Where things stood in the looks of the last day. */
  boxes: readonly Box[];
  known: boolean;
}

const NONE: readonly Box[] = [];

/** Once it is wanted: what the node has seen there lately, as boxes alone: that says how large a thing is where. */
export function useSeen(place: Place, wanted: boolean): Seen {
  const asking = useAsking();
  const start = useEffectEvent(() => {
    const until = new Date();
    const since = new Date(until.getTime() - BACK_MS);
    asking.start({
      command: "film",
      node: nodeOf(place),
      source: place.source,
      since: since.toISOString(),
      until: until.toISOString(),
      most: LOOKS,
    });
  });
  const name = nameOf(place);
  useEffect(() => {
    if (wanted) start();
  }, [name, wanted]);
  const looks = asking.ask?.status === "done" ? asking.ask.result.looks : undefined;
  const boxes = useMemo(
    () => looks?.flatMap(({ things = [] }) => things.map(({ box }) => box as unknown as Box)) ?? NONE,
    [looks],
  );
  return { boxes, known: !!looks };
}
