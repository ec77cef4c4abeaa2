// What lies under a pointer: a corner, the middle of an edge, an outline. Pure.
import { sameOne, type Draft, type Which, outlineOf } from "../draft/shape";
import { contains } from "../geometry/inside";
import { area, halfway, type Outline, type Point, type Size } from "../geometry/outline";

export type Hit =
  { on: "corner" | "half"; which: Which; at: number } | { on: "outline"; which: Which } | { on: null };

interface Reach {
  size: Size;
  /** In pixels of the picture. */
  reach: number;
}

const far = ([ax, ay]: Point, [bx, by]: Point, { width, height }: Size): number =>
  Math.hypot((ax - bx) * width, (ay - by) * height);

function nearestAt(points: readonly Point[], to: Point, { size, reach }: Reach): number | null {
  const by = points.map((point) => far(point, to, size));
  const least = Math.min(...by);
  return least <= reach ? by.indexOf(least) : null;
}

function ofSelected(point: Point, which: Which, outline: Outline, within: Reach): Hit | null {
  const corner = nearestAt(outline, point, within);
  if (corner !== null) return { on: "corner", which, at: corner };
  const halves = outline.map((_, at) => halfway(outline, at));
  const half = nearestAt(halves, point, { ...within, reach: within.reach * 0.8 });
  return half === null ? null : { on: "half", which, at: half };
}

/** Every outline under the point: the selected one first, then the smallest. */
function under(draft: Draft, point: Point, selected: Which | null): Which[] {
  const all: { which: Which; outline: Outline }[] = [
    ...draft.zones.map(({ id, polygon }) => ({ which: { zone: id }, outline: polygon })),
    ...draft.ignore.map((outline, ignore) => ({ which: { ignore }, outline })),
  ];
  return all
    .filter(({ outline }) => outline.length > 2 && contains(outline, point))
    .sort((a, b) => {
      const first = Number(sameOne(b.which, selected)) - Number(sameOne(a.which, selected));
      return first || area(a.outline) - area(b.outline);
    })
    .map(({ which }) => which);
}

/** Corners and edges only of what is selected: others would be in the way. */
export function hit(draft: Draft, point: Point, selected: Which | null, within: Reach): Hit {
  const outline = outlineOf(draft, selected);
  const found = selected && outline ? ofSelected(point, selected, outline, within) : null;
  if (found) return found;
  const [which] = under(draft, point, selected);
  return which ? { on: "outline", which } : { on: null };
}
