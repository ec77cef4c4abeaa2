import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { insideRoute } from "@/shell/routes";

export const modelsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/models",
  component: lazyRouteComponent(() => import("./Models"), "Models"),
});
