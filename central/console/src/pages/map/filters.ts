// What is shown: one model, read from the address, that list and map both go by. Pure.
import { number, oneOf, someOf, text, texts, yes } from "@/links/search";
import { isLate, type Row } from "./rows";

export const SHOWN = ["open", "done", "all"] as const;
export const SORTS = ["newest", "oldest", "due", "kind", "place"] as const;
export const LAYERS = ["tickets", "cells", "camera", "gate", "sensor", "drone", "flights", "base"] as const;
export type Shown = (typeof SHOWN)[number];
export type Sort = (typeof SORTS)[number];
export type Layer = (typeof LAYERS)[number];
/** West, south, east, north in WGS-84. */
export type Box = readonly [number, number, number, number];

/** What a ticket has to be. */
export interface Filter {
  show?: Shown;
  q?: string;
  kind?: string[];
  state?: string[];
  dept?: string[];
  high?: true;
  late?: true;
  /** Code of an area, or how it begins. */
  cell?: string;
  /** `west,south,east,north` */
  box?: string;
}

/** All that a link to the page carries. */
export interface Search extends Filter {
  sort?: Sort;
  /** Longitude, latitude, zoom: `116.70,39.52,12.5`. */
  at?: string;
  /** The ticket that is open beside the map. */
  ticket?: string;
  /** Layers that are switched off. */
  off?: Layer[];
  /** On a phone: which of the two is shown. */
  side?: "list";
}

const numbers = (said: string | undefined, many: number): number[] | null => {
  const found = said?.split(",").map(Number) ?? [];
  return found.length === many && found.every(Number.isFinite) ? found : null;
};

export function boxOf(said: string | undefined): Box | null {
  const found = numbers(said, 4);
  if (!found) return null;
  const [west, south, east, north] = found as unknown as Box;
  return west <= east && south <= north ? [west, south, east, north] : null;
}

export interface At {
  longitude: number;
  latitude: number;
  zoom: number;
}
export function atOf(said: string | undefined): At | null {
  const [longitude, latitude, zoom] = numbers(said, 3) ?? [];
  const known = { longitude, latitude, zoom };
  const within = [
    number(known, "longitude", -180, 180),
    number(known, "latitude", -85, 85),
    number(known, "zoom", 0, 24),
  ];
  return within.includes(undefined) ? null : (known as At);
}
export const atSaid = ({ longitude, latitude, zoom }: At): string =>
  `${longitude.toFixed(5)},${latitude.toFixed(5)},${zoom.toFixed(2)}`;

/** From an address; what cannot be read is left out. */
export function searchOf(said: Record<string, unknown>): Search {
  const [box, at, cell] = [text(said, "box"), text(said, "at"), text(said, "cell", 15)];
  const show = oneOf(said, "show", SHOWN);
  const sort = oneOf(said, "sort", SORTS);
  return {
    show: show === "open" ? undefined : show,
    q: text(said, "q", 80),
    kind: texts(said, "kind"),
    state: texts(said, "state"),
    dept: texts(said, "dept"),
    high: yes(said, "high"),
    late: yes(said, "late"),
    cell: cell && /^[0-9]{6,15}$/.test(cell) ? cell : undefined,
    box: boxOf(box) ? box : undefined,
    sort: sort === "newest" ? undefined : sort,
    at: atOf(at) ? at : undefined,
    ticket: text(said, "ticket", 24),
    off: someOf(said, "off", LAYERS),
    side: oneOf(said, "side", ["list"] as const),
  };
}

export const FILTERS = ["show", "q", "kind", "state", "dept", "high", "late", "cell", "box"] as const;

/** Whether anything but the group is asked for. */
export const isNarrowed = (filter: Filter): boolean =>
  FILTERS.some((name) => name !== "show" && filter[name] !== undefined);

/** Text in which a row is searched; both languages, so that a link means the same to everybody. */
const wordsOf = (row: Row): string =>
  [row.name, row.number, row.place, row.cell, row.department?.replaceAll("_", " "), row.kind.zh, row.kind.en]
    .join(" ")
    .toLowerCase();

type Test = (row: Row) => boolean;

function among(wanted: string[] | undefined, of: (row: Row) => string | null): Test | null {
  if (!wanted) return null;
  const words = new Set<string | null>(wanted);
  return (row) => words.has(of(row));
}

function within(said: string | undefined): Test | null {
  const box = boxOf(said);
  if (!box) return null;
  const [west, south, east, north] = box;
  return ({ longitude: x, latitude: y }) =>
    x !== null && y !== null && x >= west && x <= east && y >= south && y <= north;
}

function saying(q: string | undefined): Test | null {
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean);
  return words?.length ? (row) => words.every((word) => wordsOf(row).includes(word)) : null;
}

function tests(filter: Filter, now: number): Test[] {
  const { show = "open", cell } = filter;
  const all: (Test | null | false | undefined)[] = [
    show !== "all" && ((row: Row) => row.open === (show === "open")),
    filter.high && ((row: Row) => row.high),
    filter.late && ((row: Row) => isLate(row, now)),
    among(filter.kind, (row) => row.kind.word),
    among(filter.state, (row) => row.state),
    among(filter.dept, (row) => row.department),
    cell !== undefined && ((row: Row) => row.cell?.startsWith(cell) ?? false),
    within(filter.box),
    saying(filter.q),
  ];
  return all.filter((each): each is Test => Boolean(each));
}

/** The rows that pass. now: in milliseconds. */
export function passing(rows: readonly Row[], filter: Filter, now: number): Row[] {
  const asked = tests(filter, now);
  return rows.filter((row) => asked.every((test) => test(row)));
}

const LAST = Number.MAX_SAFE_INTEGER;
const ORDERS: Record<Sort, (one: Row, other: Row) => number> = {
  newest: (one, other) => other.opened - one.opened,
  oldest: (one, other) => one.opened - other.opened,
  due: (one, other) => (one.due ?? LAST) - (other.due ?? LAST),
  kind: (one, other) => (one.kind.word < other.kind.word ? -1 : one.kind.word > other.kind.word ? 1 : 0),
  place: (one, other) => compared(one.place, other.place),
};
/** Without a place last. */
const compared = (one: string | null, other: string | null): number =>
  one === other ? 0 : one === null ? 1 : other === null ? -1 : one < other ? -1 : 1;

/** In order; of equals the newest number first. */
export function sorted(rows: readonly Row[], sort: Sort = "newest"): Row[] {
  const order = ORDERS[sort];
  return [...rows].sort((one, other) => order(one, other) || other.number - one.number);
}

/** How many of each there are among rows, the most frequent first. */
export function counted(
  rows: readonly Row[],
  of: (row: Row) => string | null,
): [word: string, many: number][] {
  const many = new Map<string, number>();
  for (const row of rows) {
    const word = of(row);
    if (word !== null) many.set(word, (many.get(word) ?? 0) + 1);
  }
  return [...many].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
}
