import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { bareRoute } from "@/shell/routes";

export const signinRoute = createRoute({
  getParentRoute: () => bareRoute,
  path: "/signin",
  component: lazyRouteComponent(() => import("./SignIn"), "SignIn"),
});
