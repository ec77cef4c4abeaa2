import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const PARTS = ["account", "tokens", "accounts", "signs", "audit"] as const;
export type Part = (typeof PARTS)[number];
export const FILTERS = ["who", "action", "about"] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

interface Search extends Filters {
  part?: Part;
}

export const peopleRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/people",
  validateSearch: (search: Record<string, unknown>): Search => ({
    part: oneOf(search, "part", PARTS),
    ...Object.fromEntries(FILTERS.map((name) => [name, text(search, name, 240)])),
  }),
  component: lazyRouteComponent(() => import("./People"), "People"),
});
