// The load of the grid's cells is counted from what is shown, so that it agrees with list and map. Pure.
import type { Row } from "./rows";
import { isLate } from "./rows";

/** How many of the rows lie in each cell. */
export function loadOf(rows: readonly Row[]): Map<string, number> {
  const load = new Map<string, number>();
  for (const { cell } of rows) if (cell !== null) load.set(cell, (load.get(cell) ?? 0) + 1);
  return load;
}

/** How many of a cell's rows are overdue. */
export const lateIn = (rows: readonly Row[], code: string, now: number): number =>
  rows.filter((row) => row.cell === code && isLate(row, now)).length;

/** The fullest cells, of equals the first by code. */
export const fullest = (load: ReadonlyMap<string, number>, most: number): [code: string, many: number][] =>
  [...load].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)).slice(0, most);
