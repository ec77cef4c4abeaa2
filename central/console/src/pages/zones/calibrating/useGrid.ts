import { useEffect, useMemo } from "react";
import type { Overlays } from "../bench/overlay";
import { lattice } from "../ground/lattice";
import type { Plan } from "../ground/plan";

/** The grid of metres over the picture; how many metres a square has, null where none is shown. */
export function useGrid({ show }: Overlays, plan: Plan | null, shown: boolean): number | null {
  const drawn = useMemo(() => (plan && shown ? lattice(plan) : null), [plan, shown]);
  useEffect(() => {
    show("grid", drawn && { outlines: [], boxes: [], lines: drawn.lines });
    return () => show("grid", null);
  }, [show, drawn]);
  return drawn?.step ?? null;
}
