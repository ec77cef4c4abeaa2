// Where things lie in a picture, as shares of the scene from its upper left corner. Pure.

export type Box = readonly [x1: number, y1: number, x2: number, y2: number];
export type Point = readonly [x: number, y: number];

export interface Outline {
  points: readonly Point[];
  says: string;
  tone: "main" | "other" | "zone";
}

export const corners = ([x1, y1, x2, y2]: Box): Point[] => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
];

/** Nodes put a strip with source and time below a scene, as high as this for a scene of this width. */
const strip = (longest: number): number => Math.max(16, Math.round(longest / 36));

/** The height of the scene alone, in a picture that a node made. Sizes in pixels. */
export function sceneHeight(width: number, height: number): number {
  const wide = height - strip(width);
  if (wide <= width) return wide;
  for (let scene = height - 16; scene > width; scene--) if (scene + strip(scene) <= height) return scene;
  return wide;
}

export const svgPoints = (points: readonly Point[], width: number, height: number): string =>
  points.map(([x, y]) => `${(x * width).toFixed(1)},${(y * height).toFixed(1)}`).join(" ");
