import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { number, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const rolloutsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./Rollouts"), "Rollouts"),
});

interface Search {
  node?: string;
  /** Number of a group: its nodes are chosen at first. */
  group?: number;
  model?: string;
  shadow?: string;
}

export const newRolloutRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts/new",
  validateSearch: (search: Record<string, unknown>): Search => ({
    node: text(search, "node", 96),
    group: number(search, "group", 1, 2 ** 31),
    model: text(search, "model", 64),
    shadow: text(search, "shadow", 64),
  }),
  component: lazyRouteComponent(() => import("./NewRollout"), "NewRollout"),
});

export const rolloutRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts/$number",
  component: lazyRouteComponent(() => import("./Rollout"), "Rollout"),
});
