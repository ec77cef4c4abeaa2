// Durations as people and configurations write them: 90s, 5m, 1.5h. Pure.

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };
const WRITTEN = /^([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)$/;

/** Seconds; null where it is no duration. A number is taken for seconds, as an API may send one. */
export function secondsOf(written: unknown): number | null {
  if (typeof written === "number") return Number.isFinite(written) ? written : null;
  const match = typeof written === "string" ? WRITTEN.exec(written.trim().replace(/\s+/, "")) : null;
  return match ? Number(match[1]) * (UNITS[match[2] as string] as number) : null;
}

/** In the largest unit that it is a whole number of. */
export function durationText(seconds: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const count = seconds / (UNITS[unit] as number);
    if (count >= 1 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Number(seconds.toFixed(3))}s`;
}

/** As it is written; a number of seconds with its unit. */
export const written = (value: unknown): string =>
  typeof value === "number" ? durationText(value) : typeof value === "string" ? value : "";
