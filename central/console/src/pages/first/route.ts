import { createRoute, redirect } from "@tanstack/react-router";
import { insideRoute } from "@/shell/routes";

/** Where one lands. */
export const firstRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/map", replace: true });
  },
});
