// When a zone's rules apply, as cells that can be painted: half hours of days. Pure.
import type { Schedule, Span } from "../draft/shape";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const BY_CALENDAR = ["workdays", "weekends", "holidays"] as const;
export const SLOTS = 48;
export type Rows = typeof WEEKDAYS | typeof BY_CALENDAR;
/** A row a day, a cell a half hour. */
export type Cells = readonly (readonly boolean[])[];

const HOURS = /^([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/;
const DAY = 24 * 60;

export const isHours = (text: string): boolean => HOURS.test(text) && text.slice(0, 5) !== text.slice(6);

/** Minutes from the midnight before; the end may lie on the next day. */
export function minutes(hours: string): [number, number] {
  const [begins = 0, ends = 0] = hours.split("-").map((part) => {
    const [hour = 0, minute = 0] = part.split(":").map(Number);
    return hour * 60 + minute;
  });
  return [begins, ends > begins ? ends : ends + DAY];
}

const clock = (slot: number): string =>
  `${String(Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 ? "30" : "00"}`;
export const hoursOf = (from: number, to: number): string => `${clock(from)}-${clock(to)}`;

const isOf = (day: string, rows: Rows): boolean =>
  day === "daily" || (rows as readonly string[]).includes(day);

/** Spans that the cells of these rows can hold as they are: whole half hours of these days. */
function fits({ days, hours }: Span, rows: Rows): boolean {
  if (!isHours(hours) || !days.every((day) => isOf(day, rows))) return false;
  const [from, to] = minutes(hours);
  return from % 30 === 0 && to % 30 === 0 && (to <= DAY || rows.length === 7);
}

/** By the calendar where any span is; else by the day of the week. */
export const rowsOf = (spans: readonly Span[]): Rows =>
  spans.some(({ days }) => days.some((day) => (BY_CALENDAR as readonly string[]).includes(day)))
    ? BY_CALENDAR
    : WEEKDAYS;

export interface Grid {
  cells: Cells;
  /** What cannot be painted: it stays in the list. */
  rest: Span[];
}

export function painted(spans: readonly Span[], rows: Rows): Grid {
  const cells = rows.map(() => Array.from({ length: SLOTS }, () => false));
  const rest: Span[] = [];
  for (const span of spans) {
    if (!fits(span, rows)) rest.push(span);
    else paint(cells, span, rows);
  }
  return { cells, rest };
}

function paint(cells: boolean[][], { days, hours }: Span, rows: Rows): void {
  const [from, to] = minutes(hours);
  rows.forEach((day, at) => {
    if (!days.includes("daily") && !days.includes(day)) return;
    for (let slot = from / 30; slot < to / 30; slot++) {
      const row = cells[slot < SLOTS ? at : (at + 1) % rows.length] as boolean[];
      row[slot % SLOTS] = true;
    }
  });
}

function runs(row: readonly boolean[]): string[] {
  const found: string[] = [];
  for (let from = row.indexOf(true); from >= 0 && from < SLOTS;) {
    const end = row.indexOf(false, from);
    const to = end < 0 ? SLOTS : end;
    found.push(hoursOf(from, to));
    from = end < 0 ? -1 : row.indexOf(true, to);
  }
  return found;
}

/** The fewest spans that say the same: days of the same hours are told together. */
export function spansOf({ cells, rest }: Grid, rows: Rows): Span[] {
  const days = new Map<string, string[]>();
  rows.forEach((day, at) => {
    for (const hours of runs(cells[at] ?? [])) days.set(hours, [...(days.get(hours) ?? []), day]);
  });
  const whole = (found: string[]) => (found.length === rows.length ? ["daily"] : found);
  const spans = [...days].map(([hours, found]) => ({ days: whole(found), hours }));
  return [...spans, ...rest];
}

/** A rectangle of cells, all one way. */
export function brushed(
  cells: Cells,
  from: readonly [row: number, slot: number],
  to: readonly [row: number, slot: number],
  on: boolean,
): Cells {
  const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
  return cells.map((row, y) =>
    row.map((cell, x) => (between(y, from[0], to[0]) && between(x, from[1], to[1]) ? on : cell)),
  );
}

/** Hours a week; null where that depends on the calendar. */
export function weekly(schedule: Schedule | null | undefined): number | null {
  if (!schedule) return 168;
  if (rowsOf(schedule.spans) !== WEEKDAYS) return null;
  const { cells, rest } = painted(schedule.spans, WEEKDAYS);
  return rest.length ? null : cells.flat().filter(Boolean).length / 2;
}

export type SpanFault = "hours" | "same" | "days";

export function wrongSpan({ days, hours }: Span): SpanFault | null {
  if (!days.length) return "days";
  if (!HOURS.test(hours)) return "hours";
  return isHours(hours) ? null : "same";
}
