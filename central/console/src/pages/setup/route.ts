import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { bareRoute } from "@/shell/routes";

export const setupRoute = createRoute({
  getParentRoute: () => bareRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("./SetUp"), "SetUp"),
});
