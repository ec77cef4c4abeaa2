// A figure that a reason has, beside what was needed or allowed of it. Pure.
import type { Reason } from "./reasons";

export interface Measure {
  value: number;
  limit: number;
  unit: "s" | "percent" | "number";
}

const PAIRS = [
  ["stood_s", "dwell_s", "s"],
  ["lain_s", "dwell_s", "s"],
  ["share", "needed", "percent"],
  ["coverage", "needed", "percent"],
  ["things", "needed", "number"],
  ["at_once", "needed", "number"],
] as const;

export function measureOf({ values }: Reason): Measure | null {
  for (const [value, limit, unit] of PAIRS) {
    const [found, most] = [values?.[value], values?.[limit]];
    if (found !== undefined && most !== undefined && most > 0) return { value: found, limit: most, unit };
  }
  return null;
}
