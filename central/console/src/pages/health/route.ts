import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const VIEWS = ["tiles", "table", "nodes"] as const;
export const FARES = ["unwell", "unknown", "well"] as const;
export const KINDS = ["camera", "gate", "sensor", "drone"] as const;
export const ONLINE = ["yes", "no"] as const;
export type Fares = (typeof FARES)[number];

/** Which sources are meant. */
export interface Filters {
  fares?: Fares;
  online?: (typeof ONLINE)[number];
  kind?: (typeof KINDS)[number];
  /** DISTRICT/NODE, or how it begins. */
  node?: string;
  q?: string;
}

/** All that a link to the wall carries; `at`: whose details are open, DISTRICT/NODE or DISTRICT/NODE/SOURCE. */
export interface Search extends Filters {
  show?: (typeof VIEWS)[number];
  at?: string;
}

export const healthRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/health",
  validateSearch: (search: Record<string, unknown>): Search => ({
    fares: oneOf(search, "fares", FARES),
    online: oneOf(search, "online", ONLINE),
    kind: oneOf(search, "kind", KINDS),
    node: text(search, "node", 96),
    q: text(search, "q", 80),
    show: oneOf(search, "show", VIEWS),
    at: text(search, "at", 200),
  }),
  component: lazyRouteComponent(() => import("./Health"), "Health"),
});
