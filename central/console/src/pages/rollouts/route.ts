import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { text } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const rolloutsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./Rollouts"), "Rollouts"),
});

export const newRolloutRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/rollouts/new",
  validateSearch: (search: Record<string, unknown>): { node?: string; model?: string; shadow?: string } => ({
    node: text(search, "node", 96),
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
