// Fewer points for the same outline (Douglas and Peucker, 1973), for what was drawn with a free hand. Pure.
import type { Outline, Point, Size } from "./outline";
import { nearest } from "./snapping";

function line(points: Outline, size: Size, most: number): Point[] {
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  let [at, by] = [0, 0];
  points.slice(1, -1).forEach((point, index) => {
    const foot = nearest(point, [first, last], size);
    const off = Math.hypot((point[0] - foot[0]) * size.width, (point[1] - foot[1]) * size.height);
    if (off > by) [at, by] = [index + 1, off];
  });
  if (by <= most) return [first, last];
  return [...line(points.slice(0, at + 1), size, most).slice(0, -1), ...line(points.slice(at), size, most)];
}

/** No point that is left out lies farther than `most` pixels from what remains; at least three remain. */
export function simplified(outline: Outline, size: Size, most: number): Outline {
  if (outline.length <= 3) return outline;
  const first = outline[0] as Point;
  const off = ([x, y]: Point) => Math.hypot((x - first[0]) * size.width, (y - first[1]) * size.height);
  const far = outline.reduce((best, point, at) => (off(point) > off(outline[best] as Point) ? at : best), 0);
  const there = line(outline.slice(0, far + 1), size, most);
  const back = line([...outline.slice(far), first], size, most);
  const kept = [...there.slice(0, -1), ...back.slice(0, -1)];
  return kept.length < 3 ? outline : kept;
}
