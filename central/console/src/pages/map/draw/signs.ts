// Signs and rings, drawn on a canvas of our own: no picture or font comes from anywhere.
import type { Palette } from "@/map/palette";
import { LOOKS, type Look } from "../rows";

const SHARP = 2; // pixels of the image a pixel of the page
const RING_PX = 46;
const PIN_PX = 26;
const TURN = 2 * Math.PI;

type Draw = (context: CanvasRenderingContext2D, size: number) => void;

/** A square image. */
function drawn(size: number, draw: Draw): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * SHARP;
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.scale(SHARP, SHARP);
  draw(context, size);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export const PIXEL_RATIO = SHARP;

/** How many of each look, in tenths that add up to ten: what there is of has at least one. */
export function tenths(counts: readonly number[]): number[] {
  const sum = counts.reduce((all, count) => all + count, 0);
  const shares = counts.map((count) => (count ? Math.max(1, Math.round((count * 10) / sum)) : 0));
  for (let left = 10 - shares.reduce((all, share) => all + share, 0); left !== 0; left -= Math.sign(left)) {
    const largest = shares.indexOf(Math.max(...shares));
    shares[largest] = (shares[largest] as number) + Math.sign(left);
  }
  return shares;
}

/** A cluster: a ring with the shares of each look around room for its number. */
export function ring(shares: readonly number[], colours: Palette): ImageData {
  return drawn(RING_PX, (context, size) => {
    const [middle, outer] = [size / 2, size / 2 - 1];
    disc(context, middle, outer, colours.surface);
    context.lineWidth = 6;
    let from = -TURN / 4;
    for (const [n, share] of shares.entries()) {
      const to = from + (share / 10) * TURN;
      context.strokeStyle = colours[LOOKS[n] as Look];
      context.beginPath();
      context.arc(middle, middle, outer - 3.5, from, to);
      if (share) context.stroke();
      from = to;
    }
    context.lineWidth = 1;
    context.strokeStyle = colours.surface;
    context.beginPath();
    context.arc(middle, middle, outer, 0, TURN);
    context.stroke();
  });
}

function disc(context: CanvasRenderingContext2D, middle: number, radius: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(middle, middle, radius, 0, TURN);
  context.fill();
}

/** Marks within 24 by 24, one a look, so that the colour never says it alone. */
const MARKS: Record<Look, string> = {
  late: "M12 6.5v7M12 17v.2",
  waiting: "M12 12v.1",
  working: "m9 7.5 6 4.5-6 4.5Z",
  held: "M9.5 8v8M14.5 8v8",
  done: "m7.5 12.5 3 3 6-6.5",
};

/** One ticket. Late ones are triangles; urgent ones have a second rim. */
export function pin(look: Look, high: boolean, colours: Palette): ImageData {
  return drawn(PIN_PX, (context, size) => {
    context.scale(size / 24, size / 24);
    const shape = look === "late" ? triangle() : circle();
    context.lineJoin = "round";
    context.lineWidth = high ? 5 : 3;
    context.strokeStyle = high ? colours.text : colours.surface;
    context.stroke(shape);
    context.fillStyle = colours[look];
    context.fill(shape);
    if (high) rim(context, shape, colours.surface);
    context.lineWidth = look === "waiting" ? 5 : 2.2;
    context.lineCap = "round";
    context.strokeStyle = colours.surface;
    context.stroke(new Path2D(MARKS[look]));
  });
}

function rim(context: CanvasRenderingContext2D, shape: Path2D, colour: string): void {
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke(shape);
}

const triangle = () => new Path2D("M12 2.8 21.6 20H2.4Z");
function circle(): Path2D {
  const path = new Path2D();
  path.arc(12, 12, 8.5, 0, TURN);
  return path;
}

/** What watches, within 24 by 24. */
export const EYES = {
  camera: "M5 9h7.5A1.5 1.5 0 0 1 14 10.5v3a1.5 1.5 0 0 1-1.5 1.5H5Zm9 2.5 4.5-2v5l-4.5-2",
  gate: "M6 18V7m0 2.5h13M6 13h13M17 9.5V13",
  sensor: "M12 12v6m-3.2-9.2a4.5 4.5 0 0 1 6.4 0M12 12v.1M6.6 6.9a7.6 7.6 0 0 1 10.8 0",
  drone: "M9 9l6 6m0-6-6 6M8 8v.1M16 8v.1M8 16v.1M16 16v.1M5.5 8h5m3 0h5m-13 8h5m3 0h5",
} as const;
export type Eye = keyof typeof EYES;
export const EYE_STATES = ["well", "ill", "unknown", "offline"] as const;
export type EyeState = (typeof EYE_STATES)[number];

/** A camera, gate, sensor or drone: a square, filled where it is well, crossed where its node is away. */
export function eye(kind: Eye, state: EyeState, colours: Palette): ImageData {
  const colour = {
    well: colours.accent,
    ill: colours.late,
    unknown: colours.strong,
    offline: colours.strong,
  }[state];
  return drawn(22, (context, size) => {
    context.scale(size / 24, size / 24);
    context.beginPath();
    context.roundRect(2, 2, 20, 20, 5);
    context.fillStyle = state === "well" ? colour : colours.surface;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = state === "well" ? colours.surface : colour;
    context.stroke();
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = 1.8;
    context.stroke(new Path2D(EYES[kind]));
    if (state === "offline") context.stroke(new Path2D("M4 20 20 4"));
    if (state === "ill") disc(context, 19, 5, colour);
  });
}

/** The ground where there is no base map: a faint grid. */
export function grid(colours: Palette): ImageData {
  return drawn(64, (context, size) => {
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = colours.sunken;
    context.lineWidth = 1;
    context.strokeRect(0.5, 0.5, size, size);
  });
}
