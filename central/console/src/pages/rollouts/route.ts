import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { number, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const rolloutsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./Rollouts"), "Rollouts"),
});

export const newRolloutRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts/new",
  validateSearch: (search: Record<string, unknown>): { node?: string; group?: number } => ({
    node: text(search, "node", 96),
    group: number(search, "group", 1, 2 ** 31),
  }),
  component: lazyRouteComponent(() => import("./NewRollout"), "NewRollout"),
});

export const rolloutRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts/$number",
  component: lazyRouteComponent(() => import("./Rollout"), "Rollout"),
});
