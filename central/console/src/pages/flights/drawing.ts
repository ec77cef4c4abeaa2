// Path and ground of a flight on a flat sketch: north up, metres the same both ways. Pure.

export type Position = readonly number[];

export interface Feature {
  geometry: { type: string; coordinates: unknown };
  properties: { sort: "path" | "coverage" };
}

export interface Sketch {
  path: string;
  ground: string;
  /** Where the flight began and ended; null without a path. */
  ends: [Position, Position] | null;
  /** A round length, in metres and in units of the sketch. */
  scale: { metres: number; length: number };
  /** Longitude and latitude of the middle. */
  middle: Position;
}

export const SIZE = [640, 360] as const;
const PAD = 24;
const METRES = 111_320; // a degree of latitude
const ROUND = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";

/** Every line of positions in a geometry, however deep. */
function linesIn(value: unknown): Position[][] {
  if (!Array.isArray(value)) return [];
  if (value.length && value.every(isPosition)) return [value as Position[]];
  return value.flatMap(linesIn);
}

/** null where nothing of it lies anywhere. */
export function sketchOf(features: readonly Feature[]): Sketch | null {
  const of = (sort: string) =>
    features
      .filter(({ properties }) => properties.sort === sort)
      .flatMap(({ geometry }) => linesIn(geometry.coordinates));
  const [paths, grounds] = [of("path"), of("coverage")];
  const all = [...paths, ...grounds].flat();
  if (!all.length) return null;
  const [west, east] = bounds(all.map(([x]) => x ?? 0));
  const [south, north] = bounds(all.map(([, y]) => y ?? 0));
  const middle = [(west + east) / 2, (south + north) / 2] as const;
  const narrow = Math.cos((middle[1] * Math.PI) / 180);
  const [wide, high] = [(east - west) * narrow * METRES, (north - south) * METRES];
  const unit = Math.min((SIZE[0] - 2 * PAD) / Math.max(wide, 1), (SIZE[1] - 2 * PAD) / Math.max(high, 1));
  const put = ([x = 0, y = 0]: Position): Position => [
    SIZE[0] / 2 + (x - middle[0]) * narrow * METRES * unit,
    SIZE[1] / 2 - (y - middle[1]) * METRES * unit,
  ];
  const drawn = (line: Position[]) =>
    line
      .map(
        (each, at) =>
          `${at ? "L" : "M"}${put(each)
            .map((value) => value.toFixed(1))
            .join(" ")}`,
      )
      .join("");
  const metres = ROUND.findLast((each) => each * unit <= SIZE[0] / 3) ?? 10;
  const [begin, end] = [paths[0]?.[0], paths.at(-1)?.at(-1)];
  return {
    path: paths.map(drawn).join(""),
    ground: grounds.map((line) => `${drawn(line)}Z`).join(""),
    ends: begin && end ? [put(begin), put(end)] : null,
    scale: { metres, length: metres * unit },
    middle,
  };
}

const bounds = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
