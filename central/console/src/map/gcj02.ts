// Chinese base maps are drawn in GCJ-02, which moves every place within mainland China by some hundred metres. The
// formula as it has been published many times (the "eviltransform" of 2013), over the Krasovsky 1940 ellipsoid. Pure.

export type Position = readonly [longitude: number, latitude: number];

const AXIS_M = 6_378_245.0;
const ECCENTRICITY_2 = 0.006_693_421_622_965_943;
const ENOUGH_DEG = 1e-9; // a tenth of a millimetre
const ROUNDS = 12;

/** Whether the offset applies here: a box around the mainland, as the formula has it. */
export const offsetHere = ([longitude, latitude]: Position): boolean =>
  longitude >= 72.004 && longitude <= 137.8347 && latitude >= 0.8293 && latitude <= 55.8271;

const wave = (value: number, weights: readonly (readonly [amplitude: number, per: number])[]): number =>
  weights.reduce((sum, [amplitude, per]) => sum + amplitude * Math.sin(value * Math.PI * per), 0) * (2 / 3);
const SHORT = [
  [20, 6],
  [20, 2],
] as const;

function north(x: number, y: number): number {
  const base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const long = [
    [160, 1 / 12],
    [320, 1 / 30],
  ] as const;
  const middle = [
    [20, 1],
    [40, 1 / 3],
  ] as const;
  return base + wave(x, SHORT) + wave(y, middle) + wave(y, long);
}

function east(x: number, y: number): number {
  const base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const long = [
    [150, 1 / 12],
    [300, 1 / 30],
  ] as const;
  const middle = [
    [20, 1],
    [40, 1 / 3],
  ] as const;
  return base + wave(x, SHORT) + wave(x, middle) + wave(x, long);
}

/** From WGS-84 to GCJ-02; outside the mainland nothing is moved. */
export function toGcj02(place: Position): Position {
  if (!offsetHere(place)) return place;
  const [longitude, latitude] = place;
  const [x, y] = [longitude - 105, latitude - 35];
  const turn = (latitude / 180) * Math.PI;
  const bent = 1 - ECCENTRICITY_2 * Math.sin(turn) ** 2;
  const perNorth = ((AXIS_M * (1 - ECCENTRICITY_2)) / (bent * Math.sqrt(bent))) * (Math.PI / 180);
  const perEast = (AXIS_M / Math.sqrt(bent)) * Math.cos(turn) * (Math.PI / 180);
  return [longitude + east(x, y) / perEast, latitude + north(x, y) / perNorth];
}

/** From GCJ-02 back to WGS-84, by asking forwards until it comes out where it should. */
export function fromGcj02(place: Position): Position {
  let guess = place;
  for (let round = 0; round < ROUNDS; round++) {
    const there = toGcj02(guess);
    const off = [place[0] - there[0], place[1] - there[1]] as const;
    guess = [guess[0] + off[0], guess[1] + off[1]];
    if (Math.abs(off[0]) < ENOUGH_DEG && Math.abs(off[1]) < ENOUGH_DEG) break;
  }
  return guess;
}
