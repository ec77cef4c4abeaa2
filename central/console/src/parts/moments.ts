// Days and moments as one writes them: 2026-03-01, 2026-03-01 08:30, 2026-03-01 08:30:15. Pure.

export type Exactness = "day" | "minute" | "second";

const DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const MOMENT = /^(\d{4}-\d{1,2}-\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const two = (text: string): string => text.padStart(2, "0");

function dayOf(text: string): string | null {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (!year || !month || !day) return null;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const same = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  return same ? [year, two(month), two(day)].join("-") : null;
}

/** As the browser's own fields have it; null where the text is none. */
export function fieldValue(text: string, to: Exactness): string | null {
  if (to === "day") return dayOf(text.trim());
  const [, date, hour, minute, second] = MOMENT.exec(text.trim()) ?? [];
  const day = date && dayOf(date);
  if (!day || Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return null;
  const time = [two(hour ?? ""), minute, ...(to === "second" ? [second ?? "00"] : [])];
  return `${day}T${time.join(":")}`;
}

/** As one writes it. */
export const writtenValue = (field: string): string => field.replace("T", " ");
