// How large a picture is shown, and which part of it. Pure.

export interface View {
  /** 1: the whole picture. */
  zoom: number;
  /** Where the middle of the window lies, as shares of the picture. */
  x: number;
  y: number;
}
export const WHOLE: View = { zoom: 1, x: 0.5, y: 0.5 };
const MOST = 8;

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The part shown never leaves the picture. */
function held({ zoom, x, y }: View): View {
  const half = 0.5 / zoom;
  return { zoom, x: within(x, half, 1 - half), y: within(y, half, 1 - half) };
}

/** Larger or smaller around a point of the window (shares of it). */
export function zoomed(view: View, factor: number, px = 0.5, py = 0.5): View {
  const zoom = within(view.zoom * factor, 1, MOST);
  const [x, y] = [view.x + (px - 0.5) / view.zoom, view.y + (py - 0.5) / view.zoom];
  return held({ zoom, x: x - (px - 0.5) / zoom, y: y - (py - 0.5) / zoom });
}

/** Moved by shares of the window. */
export const moved = (view: View, dx: number, dy: number): View =>
  held({ ...view, x: view.x + dx / view.zoom, y: view.y + dy / view.zoom });

/** As a style of what holds the picture, its origin in the upper left corner. */
export const transformOf = ({ zoom, x, y }: View): string =>
  `translate(${((0.5 - x * zoom) * 100).toFixed(3)}%, ${((0.5 - y * zoom) * 100).toFixed(3)}%) scale(${zoom})`;
