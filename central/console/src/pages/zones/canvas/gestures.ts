// What pressing, dragging and letting go on the picture come to, tool by tool. Pure.
import type { Act, State } from "../bench/state";
import { draftIn } from "../bench/state";
import { added, withOutline } from "../draft/changes";
import { otherOutlines, outlineOf, type Which } from "../draft/shape";
import {
  between,
  inserted,
  moved,
  ofBox,
  withPoint,
  type Outline,
  type Point,
  type Size,
} from "../geometry/outline";
import { snapped, type Snapped } from "../geometry/snapping";
import { hit } from "./hit";

/** What a pointer holds while it is down. */
export type Held =
  | { holds: "corner"; which: Which; at: number; outline: Outline }
  | { holds: "whole"; which: Which; from: Point; outline: Outline }
  | { holds: "picture"; click: boolean }
  | { holds: "drawing"; from: Point };

export interface Fingers {
  size: Size;
  /** How near is near, in pixels of the picture. */
  reach: number;
  /** Lines at 15 degrees. */
  round: boolean;
  /** Nothing snaps. */
  free: boolean;
}

const LEAST_BOX = 0.015; // of the picture: less was a click

/** Where a point goes; `own`: the outline's other points, which are corners to snap to as well. */
export function snap(
  state: State,
  point: Point,
  which: Which | null,
  from: Point | null,
  how: Fingers,
): Snapped {
  if (how.free) return { point, to: null };
  const outlines = otherOutlines(draftIn(state), which);
  return snapped(point, { outlines, size: how.size, reach: how.reach, from: how.round ? from : null });
}

/** Pressed: what is held from now on, and what is selected. */
export function pressed(state: State, point: Point, how: Fingers): { held: Held; acts: Act[] } {
  if (state.tool !== "select") return { held: { holds: "drawing", from: point }, acts: [] };
  const draft = draftIn(state);
  const found = hit(draft, point, state.selected, how);
  if (found.on === null) return { held: { holds: "picture", click: true }, acts: [] };
  const { which } = found;
  const outline = outlineOf(draft, which) ?? [];
  if (found.on === "outline")
    return { held: { holds: "whole", which, from: point, outline }, acts: [{ do: "select", which }] };
  const { at } = found;
  if (found.on === "corner")
    return {
      held: { holds: "corner", which, at, outline },
      acts: [{ do: "select", which, vertex: at }],
    };
  return {
    held: { holds: "corner", which, at: at + 1, outline: inserted(outline, at, point) },
    acts: [{ do: "insert", which, at, point }],
  };
}

/** Dragged to: what changes. The picture itself is moved by whoever shows it. */
export function dragged(state: State, held: Held, point: Point, how: Fingers): Act[] {
  if (held.holds === "corner") {
    const { which, at, outline } = held;
    const before = outline[(at + outline.length - 1) % outline.length] ?? null;
    const to = snap(state, point, which, before, how).point;
    return [{ do: "reshape", which, outline: withPoint(outline, at, to), merges: "drag", vertex: at }];
  }
  if (held.holds !== "whole") return [];
  const { which, outline, from } = held;
  const to = moved(outline, point[0] - from[0], point[1] - from[1]);
  return [{ do: "reshape", which, outline: to, merges: "drag" }];
}

/** The rectangle that is being drawn by dragging; null where it is too small to be one. */
export function boxOf(state: State, held: Held, point: Point, how: Fingers): Outline | null {
  if (held.holds !== "drawing" || state.drawing.length) return null;
  const [a, b] = [snap(state, held.from, null, null, how).point, snap(state, point, null, null, how).point];
  const box = between(a, b);
  const large = box[2] - box[0] >= LEAST_BOX && box[3] - box[1] >= LEAST_BOX;
  return large ? ofBox(box) : null;
}

/** Let go. `moved`: whether the pointer went anywhere meanwhile. */
export function released(state: State, held: Held, point: Point, wandered: boolean, how: Fingers): Act[] {
  if (held.holds === "corner" || held.holds === "whole") return [{ do: "settle" }];
  if (held.holds === "picture") return wandered ? [] : [{ do: "select", which: null }];
  return letGo(state, held, point, wandered, how);
}

function letGo(state: State, held: Held, point: Point, wandered: boolean, how: Fingers): Act[] {
  const box = wandered ? boxOf(state, held, point, how) : null;
  if (box) return drawn(state, box);
  if (state.tool === "box") return wandered ? [] : drawn(state, boxAbout(point));
  const first = state.drawing[0];
  if (first && state.drawing.length >= 3 && near(first, point, how)) return [{ do: "finish" }];
  return [{ do: "point", point: snap(state, point, null, state.drawing.at(-1) ?? null, how).point }];
}

const near = ([ax, ay]: Point, [bx, by]: Point, { size, reach }: Fingers): boolean =>
  Math.hypot((ax - bx) * size.width, (ay - by) * size.height) <= reach;

/** A rectangle of a usual size about a point. */
export const boxAbout = ([x, y]: Point): Outline => {
  const [left, top] = [Math.min(0.8, Math.max(0, x - 0.1)), Math.min(0.8, Math.max(0, y - 0.1))];
  return ofBox([left, top, left + 0.2, top + 0.2]);
};

/** A whole outline at once. */
export function drawn(state: State, outline: Outline): Act[] {
  const as = state.tool === "ignore" ? "ignore" : "zone";
  const [draft, which] = added(
    draftIn(state),
    outline.map(([x, y]) => [x, y] as const),
    as,
  );
  const tidy = withOutline(
    draft,
    which,
    outline.map(([x, y]) => [Number(x.toFixed(4)), Number(y.toFixed(4))]),
  );
  return [
    { do: "tool", tool: "select" },
    { do: "change", draft: tidy, select: which },
  ];
}
