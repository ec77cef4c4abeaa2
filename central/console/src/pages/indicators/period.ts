// Days, weeks and months as text (2026-10-03), without clocks and zones: the place's own days are the centre's matter.

export const LENGTHS = ["day", "week", "month"] as const;
export type Length = (typeof LENGTHS)[number];

/** Its first and its last day, both included. */
export interface Days {
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;

const read = (day: string): Date => new Date(`${day}T00:00:00Z`);
const written = (day: Date): string => day.toISOString().slice(0, 10);
const moved = (day: Date, days: number): Date => new Date(day.getTime() + days * DAY_MS);

function month(year: number, number: number): Days {
  const days = [Date.UTC(year, number, 1), Date.UTC(year, number + 1, 0)] as const;
  return { from: written(new Date(days[0])), to: written(new Date(days[1])) };
}

/** The period that a day belongs to. */
export function around(length: Length, day: string): Days {
  const at = read(day);
  if (length === "day") return { from: day, to: day };
  if (length === "month") return month(at.getUTCFullYear(), at.getUTCMonth());
  const monday = moved(at, -((at.getUTCDay() + 6) % 7));
  return { from: written(monday), to: written(moved(monday, 6)) };
}

/** The one before, or after. */
export function stepped(length: Length, days: Days, way: -1 | 1): Days {
  return around(length, written(way < 0 ? moved(read(days.from), -1) : moved(read(days.to), 1)));
}

/** The same a year before: the month or the day of that name, or the week with the same weekday 52 weeks ago. */
export function yearBefore(length: Length, days: Days): Days {
  const at = read(days.from);
  if (length !== "month") return around(length, written(moved(at, -364)));
  return month(at.getUTCFullYear() - 1, at.getUTCMonth());
}
