import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";
import { LENGTHS, type Length } from "./period";

export const SHEETS = ["overview", "table", "scores", "report"] as const;
export const BYS = [
  "department",
  "district",
  "street",
  "community",
  "cell",
  "kind",
  "zone",
  "origin",
] as const;
export const JUDGED = ["department", "community", "cell"] as const;
/** What the figures stand against: the period before, the same one a year ago, or nothing. */
export const AGAINST = ["before", "year", "none"] as const;

export type Sheet = (typeof SHEETS)[number];
export type By = (typeof BYS)[number];
export type Against = (typeof AGAINST)[number];

/** Which tickets count. */
export interface Narrowed {
  area?: string;
  department?: string;
  kind?: string;
  origin?: string;
}
export const FILTERS = ["area", "department", "kind", "origin"] as const;

/** What a deep link to the indicators carries. `from`: a day within the period. */
export interface Search extends Narrowed {
  sheet?: Sheet;
  by?: By;
  length?: Length;
  from?: string;
  against?: Against;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const indicatorsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/indicators",
  validateSearch: (search: Record<string, unknown>): Search => {
    const from = text(search, "from", 10);
    return {
      sheet: oneOf(search, "sheet", SHEETS),
      by: oneOf(search, "by", BYS),
      length: oneOf(search, "length", LENGTHS),
      from: from && DAY.test(from) ? from : undefined,
      against: oneOf(search, "against", AGAINST),
      area: text(search, "area", 15),
      department: text(search, "department", 64),
      kind: text(search, "kind", 48),
      origin: text(search, "origin", 16),
    };
  },
  component: lazyRouteComponent(() => import("./Indicators"), "Indicators"),
});
