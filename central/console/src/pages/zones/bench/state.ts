// What the workbench holds: the draft and its past, what is selected, what is being drawn. Pure.
import { added, pasted, removed, withOutline, type Copied, type Made } from "../draft/changes";
import { begun, did, redone, undone, type History } from "../draft/history";
import { alike, isSame } from "../draft/comparing";
import { redrawn, withKnown } from "../draft/grounding";
import { NOTHING, outlineOf, sameOne, type Draft, type Which } from "../draft/shape";
import type { Known } from "../ground/known";
import { inserted, type Outline, type Point, without } from "../geometry/outline";

export type Tool = "select" | "zone" | "box" | "ignore";

export interface State {
  history: History<Draft>;
  /** What runs, as far as it is known here: the draft is compared with it. */
  base: Draft;
  /** The number of that version. */
  version: number | null;
  selected: Which | null;
  vertex: number | null;
  tool: Tool;
  /** Points of an outline that is not closed yet. */
  drawing: readonly Point[];
}

export const EMPTY: State = {
  history: begun(NOTHING),
  base: NOTHING,
  version: null,
  selected: null,
  vertex: null,
  tool: "select",
  drawing: [],
};

export type Act =
  | { do: "load"; base: Draft; version: number; draft?: Draft }
  | { do: "based"; base: Draft; version: number }
  | { do: "change"; draft: Draft; merges?: string; select?: Which | null; vertex?: number | null }
  | { do: "reshape"; which: Which; outline: Outline; merges?: string; vertex?: number | null }
  | { do: "settle" | "undo" | "redo" | "finish" | "cancel" | "back" | "remove" }
  | { do: "select"; which: Which | null; vertex?: number | null }
  | { do: "tool"; tool: Tool }
  | { do: "point"; point: Point }
  | { do: "know"; known: readonly Known[]; merges?: string }
  | { do: "insert"; which: Which; at: number; point: Point }
  | { do: "paste"; copy: Copied };

export const draftIn = ({ history }: State): Draft => history.now.value;

/** A selection lasts for as long as there is what it is of. */
function tidied(state: State): State {
  const outline = outlineOf(draftIn(state), state.selected);
  if (!outline) return { ...state, selected: null, vertex: null };
  return state.vertex !== null && state.vertex >= outline.length ? { ...state, vertex: null } : state;
}

const put = (state: State, draft: Draft, merges: string | null = null): State =>
  tidied({ ...state, history: did(state.history, draft, merges) });

function made(state: State, [draft, which]: Made): State {
  const history = did(state.history, draft);
  return { ...state, history, selected: which, vertex: null, drawing: [], tool: "select" };
}

/** The corner or the whole that is selected goes; an outline keeps three corners. */
function gone(state: State): State {
  const { selected, vertex } = state;
  const outline = outlineOf(draftIn(state), selected);
  if (!selected || !outline) return state;
  if (vertex === null || outline.length <= 3)
    return { ...put(state, removed(draftIn(state), selected)), selected: null, vertex: null };
  const left = withOutline(draftIn(state), selected, without(outline, vertex));
  return { ...put(state, left), vertex: vertex % (outline.length - 1) };
}

function finished(state: State): State {
  const { drawing, tool } = state;
  if (drawing.length < 3) return state;
  return made(state, added(draftIn(state), drawing, tool === "ignore" ? "ignore" : "zone"));
}

function drawn(state: State, act: Act): State | null {
  switch (act.do) {
    case "point":
      return { ...state, drawing: [...state.drawing, act.point] };
    case "know":
      return put(state, withKnown(draftIn(state), act.known), act.merges ?? null);
    case "back":
      return { ...state, drawing: state.drawing.slice(0, -1) };
    case "finish":
      return finished(state);
    case "cancel":
      return state.drawing.length ? { ...state, drawing: [] } : { ...state, tool: "select", vertex: null };
    case "tool":
      return { ...state, tool: act.tool, drawing: [] };
    default:
      return null;
  }
}

function chosen(state: State, act: Act): State | null {
  switch (act.do) {
    case "select": {
      const vertex = act.vertex ?? null;
      if (sameOne(act.which, state.selected) && vertex === state.vertex) return state;
      return { ...state, selected: act.which, vertex };
    }
    case "undo":
      return tidied({ ...state, history: undone(state.history) });
    case "redo":
      return tidied({ ...state, history: redone(state.history) });
    case "settle":
      return { ...state, history: { ...state.history, now: { ...state.history.now, merges: null } } };
    default:
      return null;
  }
}

/** What was not changed here follows what runs: all of it, or what is known of the ground. */
function followed(draft: Draft, before: Draft, base: Draft): Draft {
  if (isSame(draft, before) && !isSame(draft, base)) return base;
  return alike(draft.known, before.known) && !alike(draft.known, base.known)
    ? withKnown(draft, base.known)
    : draft;
}

function begins(state: State, act: Act): State | null {
  if (act.do === "based") {
    const base = redrawn(act.base);
    const value = followed(draftIn(state), state.base, base);
    const history = { ...state.history, now: { ...state.history.now, value } };
    return tidied({ ...state, base, version: act.version, history });
  }
  if (act.do !== "load") return null;
  const base = redrawn(act.base);
  const history = begun(act.draft ? redrawn(act.draft) : base);
  return tidied({ ...EMPTY, base, version: act.version, history, selected: state.selected });
}

function changed(state: State, act: Act): State {
  switch (act.do) {
    case "change": {
      const next = put(state, act.draft, act.merges ?? null);
      return act.select === undefined
        ? next
        : tidied({ ...next, selected: act.select, vertex: act.vertex ?? null });
    }
    case "reshape": {
      const next = put(state, withOutline(draftIn(state), act.which, act.outline), act.merges ?? null);
      return { ...next, selected: act.which, vertex: act.vertex ?? null };
    }
    case "insert": {
      const outline = outlineOf(draftIn(state), act.which);
      if (!outline) return state;
      const more = withOutline(draftIn(state), act.which, inserted(outline, act.at, act.point));
      return { ...put(state, more), selected: act.which, vertex: act.at + 1 };
    }
    case "paste":
      return made(state, pasted(draftIn(state), act.copy));
    case "remove":
      return gone(state);
    default:
      return state;
  }
}

export const stepped = (state: State, act: Act): State =>
  begins(state, act) ?? drawn(state, act) ?? chosen(state, act) ?? changed(state, act);
