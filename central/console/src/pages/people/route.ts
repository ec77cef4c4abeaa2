import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { insideRoute } from "@/shell/routes";

export const peopleRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/people",
  component: lazyRouteComponent(() => import("./People"), "People"),
});
