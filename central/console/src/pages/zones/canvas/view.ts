// How a picture lies on the screen: enlarged, and shifted. Pure.
import type { Point, Size } from "../geometry/outline";

/** A pixel of the picture is `scale` pixels of the screen; its upper left corner is at x, y. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

const MOST = 12; // times what fits

/** As large as it fits, in the middle. */
export function fitted(picture: Size, screen: Size): View {
  const scale = Math.min(screen.width / picture.width, screen.height / picture.height);
  return held({ scale, x: 0, y: 0 }, picture, screen);
}

/** At least as large as it fits, and never shifted away. */
export function held({ scale, x, y }: View, picture: Size, screen: Size): View {
  const least = Math.min(screen.width / picture.width, screen.height / picture.height);
  const by = Math.min(least * MOST, Math.max(least, scale));
  const along = (shift: number, length: number, room: number) =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, shift));
  return {
    scale: by,
    x: along(x, picture.width * by, screen.width),
    y: along(y, picture.height * by, screen.height),
  };
}

/** Enlarged by a factor about a place on the screen, which stays where it is. */
export function zoomed(view: View, factor: number, at: Point, picture: Size, screen: Size): View {
  const least = Math.min(screen.width / picture.width, screen.height / picture.height);
  const scale = Math.min(least * MOST, Math.max(least, view.scale * factor));
  const by = scale / view.scale;
  return held({ scale, x: at[0] - (at[0] - view.x) * by, y: at[1] - (at[1] - view.y) * by }, picture, screen);
}

export const shifted = (view: View, dx: number, dy: number, picture: Size, screen: Size): View =>
  held({ ...view, x: view.x + dx, y: view.y + dy }, picture, screen);

/** A place on the screen as a share of the picture; beyond 0..1 where it lies outside. */
export const shareOf = (at: Point, { scale, x, y }: View, { width, height }: Size): Point => [
  (at[0] - x) / scale / width,
  (at[1] - y) / scale / height,
];

export const screenOf = (share: Point, { scale, x, y }: View, { width, height }: Size): Point => [
  share[0] * width * scale + x,
  share[1] * height * scale + y,
];
