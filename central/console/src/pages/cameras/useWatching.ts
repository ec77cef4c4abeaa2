import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useAsking, type Asking } from "@/asks/useAsking";
import { nodeOf, type Place } from "@/sources/place";
import { CHUNK_S, joined, LONGEST_S, type Still, type Stopped } from "./watching";

const WIDTH = 1280;
const AGAIN_MS = 300;

export interface Watching {
  stills: readonly Still[];
  asking: Asking;
  /** A series is under way, and since when (ms). */
  since: number | null;
  stopped: Stopped | null;
  everyS: number;
  setEvery: (seconds: number) => void;
  /** One still now. */
  look: () => void;
  begin: () => void;
  stop: () => void;
}

/** Stills of a source, one or a series: for as long as the page is seen, and no longer than somebody says. */
export function useWatching(place: Place): Watching {
  const asking = useAsking();
  const [kept, setKept] = useState<readonly Still[]>([]);
  const [since, setSince] = useState<number | null>(null);
  const [stopped, setStopped] = useState<Stopped | null>(null);
  const [everyS, setEvery] = useState(2);
  const stills = joined(kept, asking.ask?.result.stills ?? []);
  if (stills !== kept) setKept(stills);
  const { start, stop: leave } = asking;
  const ask = useCallback(
    (forS: number) =>
      start({
        command: "look",
        node: nodeOf(place),
        source: place.source,
        width: WIDTH,
        every_s: everyS,
        for_s: forS,
      }),
    [start, place, everyS],
  );
  const end = useCallback(
    (why: Stopped) => {
      setSince(null);
      setStopped(why);
      if (why !== "failed") leave();
    },
    [leave],
  );
  useGoingOn(since, asking, () => ask(CHUNK_S), end);
  useSeen(since !== null, end);
  return {
    stills,
    asking,
    since,
    stopped,
    everyS,
    setEvery,
    look: () => {
      setStopped(null);
      ask(0);
    },
    begin: () => {
      leave();
      setStopped(null);
      setSince(Date.now());
    },
    stop: () => end("left"),
  };
}

/** The next bit of a series when the one before is through; not after a fault, and not for ever. */
function useGoingOn(
  since: number | null,
  { busy, ask, error }: Asking,
  next: () => void,
  end: (why: Stopped) => void,
): void {
  const go = useEffectEvent(() => {
    if (since !== null && Date.now() - since > LONGEST_S * 1_000) end("long");
    else next();
  });
  const fail = useEffectEvent(() => end("failed"));
  const failed = error !== null || (!busy && ask !== undefined && ask.status !== "done");
  const [seen, setSeen] = useState<number | null>(null);
  const begun = since !== null && seen !== since;
  useEffect(() => {
    if (since === null || busy) return undefined;
    if (failed && !begun) {
      fail();
      return undefined;
    }
    const soon = setTimeout(
      () => {
        setSeen(since);
        go();
      },
      begun ? 0 : AGAIN_MS,
    );
    return () => clearTimeout(soon);
  }, [since, busy, failed, begun]);
}

/** A page that nobody sees asks for nothing. */
function useSeen(on: boolean, end: (why: Stopped) => void): void {
  const hide = useEffectEvent(() => {
    if (document.hidden) end("hidden");
  });
  useEffect(() => {
    if (!on) return undefined;
    const heard = () => hide();
    document.addEventListener("visibilitychange", heard);
    return () => document.removeEventListener("visibilitychange", heard);
  }, [on]);
}
