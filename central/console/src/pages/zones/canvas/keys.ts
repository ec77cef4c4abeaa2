// What keys on the picture come to: all that a pointer can do. Pure.
import { draftIn, type Act, type State, type Tool } from "../bench/state";
import { outlineOf, sameOne, type Which } from "../draft/shape";
import { clamped, halfway, moved, withPoint, type Point } from "../geometry/outline";
import { boxAbout, drawn } from "./gestures";

export interface Pressed {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
}

const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const TOOLS: Readonly<Record<string, Tool>> = { v: "select", d: "zone", x: "ignore" };

/** Shares of the picture: a tenth of a percent with Alt, five with Shift. */
const stride = ({ shiftKey, altKey }: Pressed): number => (shiftKey ? 0.05 : altKey ? 0.001 : 0.01);

/** How far an arrow goes; null for any other key. */
export function way(pressed: Pressed): Point | null {
  const found = WAYS[pressed.key];
  const by = stride(pressed);
  return found ? [found[0] * by, found[1] * by] : null;
}

/** The outline before or after the one that is selected. */
function neighbour(state: State, by: number): Which | null {
  const { zones, ignore } = draftIn(state);
  const all: Which[] = [...zones.map(({ id }) => ({ zone: id })), ...ignore.map((_, at) => ({ ignore: at }))];
  if (!all.length) return null;
  const at = all.findIndex((each) => sameOne(each, state.selected));
  return all[(at + by + (at < 0 && by < 0 ? 1 : 0) + all.length) % all.length] ?? null;
}

function nudged(state: State, [dx, dy]: Point): Act[] {
  const { selected, vertex } = state;
  const outline = outlineOf(draftIn(state), selected);
  if (!selected || !outline) return [];
  const corner = vertex === null ? undefined : outline[vertex];
  const to =
    corner && vertex !== null
      ? withPoint(outline, vertex, [clamped(corner[0] + dx), clamped(corner[1] + dy)])
      : moved(outline, dx, dy);
  return [{ do: "reshape", which: selected, outline: to, merges: `nudge ${vertex}`, vertex }];
}

function ofSelected({ key }: Pressed, state: State): Act[] {
  const { selected, vertex } = state;
  const outline = outlineOf(draftIn(state), selected);
  if (!selected || !outline) return [];
  const count = outline.length;
  if (key === "]")
    return [{ do: "select", which: selected, vertex: vertex === null ? 0 : (vertex + 1) % count }];
  if (key === "[") return [{ do: "select", which: selected, vertex: ((vertex ?? 0) + count - 1) % count }];
  if (key === "i" || key === "Insert") {
    const at = vertex ?? count - 1;
    return [{ do: "insert", which: selected, at, point: halfway(outline, at) }];
  }
  return key === "Delete" || key === "Backspace" ? [{ do: "remove" }] : [];
}

/** While an outline is being drawn: Space puts a corner where the cross is, Enter closes. */
function ofDrawing({ key }: Pressed, state: State, cross: Point): Act[] {
  if (key === "Enter") return state.drawing.length >= 3 ? [{ do: "finish" }] : [];
  if (key === "Backspace" || key === "Delete") return [{ do: "back" }];
  if (key !== " ") return [];
  return state.tool === "box" ? drawn(state, boxAbout(cross)) : [{ do: "point", point: cross }];
}

/** Null where the key means nothing here, so that the page may have it. */
export function keyed(pressed: Pressed, state: State, cross: Point): Act[] | null {
  const { key } = pressed;
  const tool = TOOLS[key];
  if (tool) return [{ do: "tool", tool }];
  if (key === "r") return drawn(state, boxAbout(cross));
  if (key === "Escape") return [{ do: "cancel" }];
  if (key === "," || key === ".") {
    const which = neighbour(state, key === "." ? 1 : -1);
    return [{ do: "select", which }];
  }
  return moving(pressed, state, cross);
}

function moving(pressed: Pressed, state: State, cross: Point): Act[] | null {
  const go = way(pressed);
  const selecting = state.tool === "select";
  const acts = !selecting
    ? ofDrawing(pressed, state, cross)
    : go
      ? nudged(state, go)
      : ofSelected(pressed, state);
  return acts.length || go ? acts : null;
}
