import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const SHOWN = ["open", "done", "all"] as const;

/** What a deep link to the list carries: `?show=done`. */
interface Search {
  show?: (typeof SHOWN)[number];
}

export const ticketsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/tickets",
  validateSearch: (search: Record<string, unknown>): Search => ({ show: oneOf(search, "show", SHOWN) }),
  component: lazyRouteComponent(() => import("./Tickets"), "Tickets"),
});
