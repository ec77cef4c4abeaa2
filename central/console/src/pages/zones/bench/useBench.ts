import { createContext, use, useEffect, useMemo, useReducer, type Dispatch } from "react";
import { keep, kept } from "@/look/kept";
import { copied, type Copied } from "../draft/changes";
import { isSame } from "../draft/comparing";
import { draftOf, type Draft } from "../draft/shape";
import { nameOf, type Place } from "../place";
import { draftIn, EMPTY, stepped, type Act, type State } from "./state";

export interface Bench {
  place: Place;
  state: State;
  draft: Draft;
  act: Dispatch<Act>;
  /** The draft is not what runs. */
  changed: boolean;
}

export const BenchContext = createContext<Bench | null>(null);

export function useTheBench(): Bench {
  const bench = use(BenchContext);
  if (!bench) throw new Error("there is no BenchContext around this");
  return bench;
}

const COPIED = "gewu.zones.copied";
const keyOf = (place: Place) => `gewu.zones.draft.${nameOf(place)}`;

/** A draft that was not saved, of a camera; null where there is none. */
export interface Left {
  draft: Draft;
  base: Draft;
  version: number;
}

function read(text: string | null): Record<string, unknown> | null {
  try {
    const said: unknown = JSON.parse(text ?? "null");
    return typeof said === "object" && said !== null ? (said as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function leftDraft(place: Place): Left | null {
  const said = read(kept(keyOf(place)));
  if (!said || typeof said.version !== "number") return null;
  return {
    draft: draftOf(said.draft as Record<string, unknown>),
    base: draftOf(said.base as Record<string, unknown>),
    version: said.version,
  };
}

/** What was copied last, at this camera or another one. */
export function copiedLast(): Copied | null {
  const said = read(kept(COPIED));
  if (!said) return null;
  if ("zone" in said) {
    const [zone] = draftOf({ zones: [said.zone] }).zones;
    return zone ? { zone } : null;
  }
  const [ignore] = draftOf({ ignore: [said.ignore] }).ignore;
  return ignore ? { ignore } : null;
}

export function keepCopied({ state, draft }: Bench): boolean {
  const copy = state.selected && copied(draft, state.selected);
  if (copy) keep(COPIED, JSON.stringify(copy));
  return !!copy;
}

export function useBench(place: Place): Bench {
  const [state, act] = useReducer(stepped, EMPTY);
  const draft = draftIn(state);
  const changed = useMemo(() => !isSame(state.base, draft), [state.base, draft]);
  useEffect(() => {
    if (state.version === null) return;
    const left = { draft, base: state.base, version: state.version };
    keep(keyOf(place), changed ? JSON.stringify(left) : "null");
  }, [place, draft, state.base, state.version, changed]);
  return useMemo(() => ({ place, state, draft, act, changed }), [place, state, draft, changed]);
}
