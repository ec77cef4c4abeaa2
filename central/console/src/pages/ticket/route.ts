import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { oneOf } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const SORTS = ["event", "decision", "action", "picture", "comment"] as const;
export const WAYS = ["sides", "slider"] as const;

/** What a deep link to a ticket carries: which lines of the trail, in which order, and how pictures are compared. */
interface Search {
  trail?: (typeof SORTS)[number];
  newest?: true;
  compare?: (typeof WAYS)[number];
}

export const ticketRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/tickets/$name",
  validateSearch: (search: Record<string, unknown>): Search => ({
    trail: oneOf(search, "trail", SORTS),
    newest: search.newest === true ? true : undefined,
    compare: oneOf(search, "compare", WAYS),
  }),
  component: lazyRouteComponent(() => import("./Ticket"), "Ticket"),
});

/** Links that were given away before a ticket had a page of this console: `/ticket#T-000001`. */
export const oldTicketRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/ticket",
  beforeLoad: ({ location }) => {
    const name = decodeURIComponent(location.hash);
    if (name) throw redirect({ to: "/tickets/$name", params: { name }, hash: "", replace: true });
    throw redirect({ to: "/tickets", replace: true });
  },
});
