// The tickets that the page knows, as rows for list and map. Pure.
import type { Schema } from "@/api/client";
import { worldX, worldY } from "@/map/mercator";

export type Columns = Schema<"MapTickets">;
type Told = Schema<"TicketAnswer">;
type Kind = Pick<Schema<"KindAnswer">, "word" | "zh" | "en">;

export interface Row {
  number: number;
  /** As people write it: T-000123. */
  name: string;
  version: number;
  kind: Kind;
  state: string;
  open: boolean;
  high: boolean;
  department: string | null;
  cell: string | null;
  place: string | null;
  /** WGS-84; null where nobody knows the place. */
  longitude: number | null;
  latitude: number | null;
  /** In milliseconds since 1970. */
  opened: number;
  due: number | null;
}

export const nameOf = (number: number): string => `T-${String(number).padStart(6, "0")}`;
export const numberOf = (name: string): number | null =>
  /^T-[0-9]{1,15}$/.test(name) ? Number(name.slice(2)) : null;

/** Every row of the columns, in their order. */
export function rowsOf(told: Columns): Row[] {
  const { columns: of, states, kinds, severities, departments, cells, places } = told;
  const open = new Set(told.open);
  const word = (words: readonly string[], at: number | null | undefined) =>
    at === null || at === undefined ? null : (words[at] ?? null);
  return of.number.map((number, n) => {
    const state = word(states, of.state[n]) ?? "";
    const due = of.due[n];
    return {
      number,
      name: nameOf(number),
      version: of.version[n] ?? 0,
      kind: kinds[of.kind[n] ?? 0] ?? { word: "", zh: "", en: "" },
      state,
      open: open.has(state),
      high: word(severities, of.severity[n]) === "high",
      department: word(departments, of.department[n]),
      cell: word(cells, of.cell[n]),
      place: word(places, of.place[n]),
      longitude: of.longitude[n] ?? null,
      latitude: of.latitude[n] ?? null,
      opened: (of.opened[n] ?? 0) * 1_000,
      due: due === null || due === undefined ? null : due * 1_000,
    };
  });
}

/** A ticket as the live stream tells it. */
export function rowOf(told: Told): Row {
  const at = told.location?.geometry.type === "Point" ? told.location.geometry.coordinates : null;
  return {
    number: numberOf(told.number) ?? 0,
    name: told.number,
    version: told.version,
    kind: told.kind,
    state: told.state,
    open: told.open,
    high: told.severity === "high",
    department: told.department,
    cell: told.cell,
    place: told.place,
    longitude: at?.[0] ?? null,
    latitude: at?.[1] ?? null,
    opened: Math.floor(Date.parse(told.opened_at) / 1_000) * 1_000,
    due: told.due_at === null ? null : Math.floor(Date.parse(told.due_at) / 1_000) * 1_000,
  };
}

/** What is in both: the newer version of each. The same array where nothing of it changed. */
export function withNews(rows: readonly Row[], news: ReadonlyMap<number, Row>): readonly Row[] {
  if (!news.size) return rows;
  const left = new Map(news);
  const known = rows.map((row) => {
    const other = left.get(row.number);
    left.delete(row.number);
    return other && other.version >= row.version ? placed(other, row) : row;
  });
  const fresh = [...left.values()].sort((one, other) => other.number - one.number);
  return [...fresh, ...known];
}

/** The columns have a place in words that the stream may tell otherwise, and a position it may not tell at all. */
const placed = (row: Row, before: Row): Row => ({
  ...row,
  place: row.place ?? before.place,
  longitude: row.longitude ?? before.longitude,
  latitude: row.latitude ?? before.latitude,
});

/** Why a ticket looks as it does; the colour on the map, the badge in the list, the shares of a cluster. */
export const LOOKS = ["late", "waiting", "working", "held", "done"] as const;
export type Look = (typeof LOOKS)[number];
const WAITING = new Set(["reported", "accepted"]);
const HELD = new Set(["deferred", "parked"]);

/** now: in milliseconds. */
export function lookOf(row: Row, now: number): Look {
  if (!row.open) return "done";
  if (isLate(row, now)) return "late";
  if (HELD.has(row.state)) return "held";
  return WAITING.has(row.state) ? "waiting" : "working";
}

export const isLate = (row: Row, now: number): boolean => row.open && row.due !== null && row.due < now;
export const hasPlace = (row: Row): row is Row & { longitude: number; latitude: number } =>
  row.longitude !== null && row.latitude !== null;

/** Places of rows in the world's square, moved as the base map needs it. */
export function pointsOf(
  rows: readonly Row[],
  moved: (longitude: number, latitude: number) => readonly [number, number],
) {
  const [x, y] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  for (const [n, row] of rows.entries()) {
    const [longitude, latitude] = moved(row.longitude ?? 0, row.latitude ?? 0);
    x[n] = worldX(longitude);
    y[n] = worldY(latitude);
  }
  return { x, y };
}
