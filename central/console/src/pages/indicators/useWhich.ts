import { useQuery } from "@tanstack/react-query";
import { centreQuery } from "@/api/me";
import type { Which } from "./asking";
import { around, stepped, yearBefore, type Days } from "./period";
import { indicatorsRoute, type Against, type By, type Narrowed } from "./route";

/** The place's day now, which need not be the reader's. */
function useToday(): string {
  const zone = useQuery(centreQuery).data?.time_zone ?? undefined;
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
}

export interface Asked {
  which: Which & { days: Days };
  against: (Which & { days: Days }) | null;
  how: Against;
  by: By;
  today: string;
}

/** What the address asks for: a period, what it is narrowed to, and what it stands against. */
export function useWhich(): Asked {
  const search = indicatorsRoute.useSearch();
  const { by = "department", length = "week", from, against: how = "before" } = search;
  const today = useToday();
  const days = around(length, from ?? today);
  const which = { length, days, ...only(search) };
  return { which, against: how === "none" ? null : { ...which, days: earlier(how, which) }, how, by, today };
}

const earlier = (how: "before" | "year", { length, days }: Which & { days: Days }): Days =>
  how === "year" ? yearBefore(length, days) : stepped(length, days, -1);

/** What narrows, without what else the address says. */
const only = ({ area, department, kind, origin }: Narrowed): Narrowed => ({ area, department, kind, origin });
