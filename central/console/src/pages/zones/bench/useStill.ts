import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useAsking, type Asking } from "@/asks/useAsking";
import { newestQuery, stillQuery, type Still } from "../asking/stills";
import type { Size } from "../geometry/outline";
import { nodeOf, type Place } from "../place";

const USUAL: Size = { width: 1280, height: 720 };
const LIVE = { every_s: 1, for_s: 60 } as const;

export interface StillShown {
  picture: ImageBitmap | null;
  size: Size;
  taken: string | null;
  /** How many places in it are covered; null where that is not known. */
  hidden: number | null;
  looking: Asking;
  live: boolean;
  look: () => void;
  setLive: (live: boolean) => void;
}

/** The newest picture there is: the centre's last one, and what the node takes when it is asked. */
export function useStill(place: Place): StillShown {
  const [live, setLive] = useState(false);
  const looking = useAsking();
  const kept = useQuery(newestQuery(place));
  const told = looking.ask?.result.stills?.at(-1);
  const fresh = useFresh(told);
  const shown = useNewest(fresh.data, kept.data);
  const ask = (more: Partial<typeof LIVE>) =>
    looking.start({
      command: "look",
      node: nodeOf(place),
      source: place.source,
      width: 1280,
      every_s: 1,
      for_s: 0,
      ...more,
    });
  useGoesOn(live, looking, () => ask(LIVE));
  const none = kept.isSuccess && !kept.data;
  const first = useEffectEvent(() => ask({}));
  useEffect(() => {
    if (none) first();
  }, [none]);
  const size = useSize(shown);
  const hidden = shown && fresh.data === shown ? told?.hidden : undefined;
  return {
    ...about(shown),
    size,
    hidden: hidden ?? null,
    looking,
    live,
    look: () => ask({}),
    setLive: (on) => {
      setLive(on);
      if (!on) looking.stop();
    },
  };
}

function useFresh(told: { sha256: string; taken: string } | undefined) {
  return useQuery({ ...stillQuery(told?.sha256 ?? "", told?.taken ?? ""), enabled: !!told });
}

const about = (shown: Still | null) =>
  shown ? { picture: shown.picture, taken: shown.taken } : { picture: null, taken: null };

/** The same object for as long as pictures have the same size. */
function useSize(shown: Still | null): Size {
  const [known, setKnown] = useState(USUAL);
  const { width, height } = shown?.picture ?? known;
  if (width === known.width && height === known.height) return known;
  setKnown({ width, height });
  return known;
}

/** The one that was taken last; while the next one comes, the one before stays. */
function useNewest(fresh: Still | null | undefined, kept: Still | null | undefined): Still | null {
  const [shown, setShown] = useState<Still | null>(null);
  const newest = [fresh, kept, shown].reduce<Still | null>(
    (best, each) => (each && (!best || each.taken > best.taken) ? each : best),
    null,
  );
  if (newest !== shown) setShown(newest);
  return newest;
}

/** A node is asked for a minute at a time, for as long as somebody looks. */
function useGoesOn(live: boolean, { busy, error }: Asking, again: () => void): void {
  const queries = useQueryClient();
  const go = useEffectEvent(again);
  useEffect(() => {
    if (!live || busy || error) return undefined;
    const soon = setTimeout(() => {
      if (!document.hidden) go();
    }, 300);
    return () => clearTimeout(soon);
  }, [live, busy, error, queries]);
}
