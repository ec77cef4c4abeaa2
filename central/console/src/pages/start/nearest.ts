// Which candidate says most of why there is no ticket yet. Pure.
import type { Candidate } from "../why/asking";

const passed = ({ gates }: Candidate): number => gates.filter(({ state }) => state === "passed").length;
const RANK: Readonly<Record<Candidate["outcome"], number>> = { opened: 2, waiting: 1, stopped: 0 };

/** In a zone before beside it, open before waiting before stopped, then who passed most, then the newest. */
export function nearest(candidates: readonly Candidate[]): Candidate | null {
  const order = (one: Candidate): readonly number[] => [
    one.zone ? 1 : 0,
    RANK[one.outcome],
    passed(one),
    Date.parse(one.until),
  ];
  const better = (one: Candidate, other: Candidate): Candidate => {
    const [a, b] = [order(one), order(other)];
    const at = a.findIndex((value, index) => value !== b[index]);
    return at >= 0 && (b[at] as number) > (a[at] as number) ? other : one;
  };
  return candidates.length ? candidates.reduce(better) : null;
}
