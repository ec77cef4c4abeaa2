import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { number, oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const PARTS = ["nodes", "groups", "actions", "bundles"] as const;
export type Part = (typeof PARTS)[number];
export const FACETS = [
  "software",
  "model",
  "providers",
  "os",
  "python",
  "architecture",
  "board",
  "labels",
] as const;
export type Facet = (typeof FACETS)[number];
export const STATES = ["online", "offline", "troubled"] as const;

export interface Search {
  part?: Part;
  /** Of the nodes: which ones. */
  group?: number;
  by?: Facet;
  value?: string;
  state?: (typeof STATES)[number];
  q?: string;
}

export const fleetRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/fleet",
  validateSearch: (search: Record<string, unknown>): Search => ({
    part: oneOf(search, "part", PARTS),
    group: number(search, "group", 1, 2 ** 31),
    by: oneOf(search, "by", FACETS),
    value: text(search, "value", 240),
    state: oneOf(search, "state", STATES),
    q: text(search, "q", 80),
  }),
  component: lazyRouteComponent(() => import("./Fleet"), "Fleet"),
});

export const fleetActionRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/fleet/actions/$number",
  component: lazyRouteComponent(() => import("./Action"), "Action"),
});
