import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "@/links/search";
import { insideRoute } from "@/shell/routes";
import { STEPS, type Step } from "./progress";

interface Search {
  step?: Step;
  node?: string;
  source?: string;
}

export const startRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/start",
  validateSearch: (search: Record<string, unknown>): Search => ({
    step: oneOf(search, "step", STEPS),
    node: text(search, "node", 96),
    source: text(search, "source", 64),
  }),
  component: lazyRouteComponent(() => import("./Start"), "Start"),
});
