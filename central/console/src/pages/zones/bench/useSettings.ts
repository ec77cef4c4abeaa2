import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useHeard } from "@/live/useLive";
import { useAsking, type Asking } from "@/asks/useAsking";
import { askAgain, settingsQuery, type Settings } from "../asking/zones";
import { draftOf, type Draft } from "../draft/shape";
import { nameOf, nodeOf, type Place } from "../place";
import { leftDraft, type Bench } from "./useBench";

export interface Loaded {
  settings: Settings | undefined;
  /** What runs, or is about to; null while that is not known. */
  base: Draft | null;
  error: unknown;
  inspecting: Asking;
  /** A draft of an earlier visit was taken up. */
  restored: boolean;
  /** Somebody else has saved since; with what. */
  newer: { version: number; draft: Draft } | null;
  again: () => void;
}

const AGAIN_MS = 6_000;

/** A version may say nothing of what the node's own file has. */
const withGround = (body: Settings["body"] | undefined): boolean => whole(body) && !!body && "ground" in body;
const whole = (body: Settings["body"] | undefined): boolean => !!body && "zones" in body && "ignore" in body;

/** What the camera runs under: from the centre, else from the node itself, which is asked. */
export function useSettings(bench: Bench): Loaded {
  const { place } = bench;
  const queries = useQueryClient();
  const found = useQuery(settingsQuery(place));
  const inspecting = useAsking();
  useZoneNews(place);
  const settings = found.data;
  const told = inspecting.ask?.result.settings;
  const base = useBase(settings, told, inspecting);
  const inspect = () => inspecting.start({ command: "inspect", node: nodeOf(place), source: place.source });
  const first = useEffectEvent(inspect);
  const unknown = !!settings && !withGround(settings.body);
  // Again once the node runs what was rolled back to: what it told before that was of the version before.
  const runs = settings?.status === "applied" ? settings.version : null;
  useEffect(() => {
    if (unknown) first();
  }, [unknown, runs]);
  const waits = inspecting.busy && inspecting.ask?.parts === 0;
  useEffect(() => {
    if (!waits) return undefined;
    const again = setTimeout(first, AGAIN_MS); // a node that has just started may not have heard it
    return () => clearTimeout(again);
  }, [waits, inspecting.ask?.id]);
  const [restored, newer] = useLoading(bench, settings, base);
  const again = () => {
    void askAgain(queries, place);
    if (unknown) inspect();
  };
  return { settings, base, error: found.error, inspecting, restored, newer, again };
}

/** The centre says that a version was applied or refused. */
function useZoneNews(place: Place): void {
  const queries = useQueryClient();
  useHeard("zones", (data) => {
    const { district, node, source } = data as Partial<Place>;
    if (district === place.district && node === place.node && source === place.source)
      void askAgain(queries, place);
  });
}

function useBase(settings: Settings | undefined, told: unknown, inspecting: Asking): Draft | null {
  const known = useRef<{ text: string; draft: Draft } | null>(null);
  if (!settings) return null;
  const body = { ...(told as object | null), ...settings.body } as Record<string, unknown>;
  // A node that does not answer leaves what the version says.
  const enough = whole(body) || ("zones" in body && !inspecting.busy && inspecting.ask !== undefined);
  if (!enough && !(told && "zones" in body)) return null;
  const text = JSON.stringify([body.zones, body.ignore, body.ground]);
  // eslint-disable-next-line react-hooks/refs -- the same draft for the same words, whoever asks
  if (known.current?.text !== text) known.current = { text, draft: draftOf(body) };
  // eslint-disable-next-line react-hooks/refs
  return known.current.draft;
}

/** Takes up what was left, once; then follows what others save as long as nothing is changed here. */
function useLoading(bench: Bench, settings: Settings | undefined, base: Draft | null) {
  const [left] = useState(() => leftDraft(bench.place));
  const version = settings?.version ?? 0;
  const begin = useEffectEvent((now: Draft) => {
    const { state, changed, act } = bench;
    if (state.version === null && left)
      act({ do: "load", base: left.base, version: left.version, draft: left.draft });
    else if (state.version === null) act({ do: "load", base: now, version });
    else if (state.version === version) act({ do: "based", base: now, version });
    else if (!changed) act({ do: "load", base: now, version });
  });
  const name = nameOf(bench.place);
  useEffect(() => {
    if (base) begin(base);
  }, [base, version, name]);
  const mine = bench.state.version;
  const newer = base && mine !== null && version > mine && bench.changed ? { version, draft: base } : null;
  return [left !== null && bench.state.version === left.version && bench.changed, newer] as const;
}
