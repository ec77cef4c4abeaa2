// Departments in the order in which they are offered: those that the routing proposes first. Pure.
import type { Schema } from "@/api/client";

export type Departments = Schema<"DepartmentList">;
type Department = Departments["items"][number];

export interface Offered extends Department {
  /** For how many of the tickets the routing proposes it. */
  times: number;
  /** Why, where there is one ticket. */
  why: Departments["proposals"][number]["reasons"][number] | null;
}

/** Those that hold what was typed, in either language or by name. */
export function offered({ items, proposals }: Departments, typed: string): Offered[] {
  const wanted = typed.trim().toLocaleLowerCase();
  return items
    .map((each) => {
      const mine = proposals.filter(({ department }) => department === each.name);
      const why = proposals.length === 1 ? (mine[0]?.reasons[0] ?? null) : null;
      return { ...each, times: mine.length, why };
    })
    .filter(({ name, zh, en }) => [name, zh, en].some((one) => one.toLocaleLowerCase().includes(wanted)))
    .toSorted((one, other) => other.times - one.times);
}
