// Since when there is no line, also when the page was closed meanwhile.
import { keep, kept } from "@/look/kept";

const SINCE = "gewu phone away";

export function awaySince(now: number): number {
  const known = Number(kept(SINCE));
  if (known > 0 && known <= now) return known;
  keep(SINCE, String(now));
  return now;
}

export const backAgain = (): void => keep(SINCE, "");
