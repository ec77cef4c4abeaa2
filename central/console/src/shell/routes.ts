import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet } from "@tanstack/react-router";
import { centreQuery, meQuery } from "@/api/me";
import { statusOf } from "@/api/problem";
import { toSignIn } from "@/api/signedout";
import { Bare } from "./Bare";
import { Shell } from "./Shell";

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

/** Pages without navigation: signing in, setting a password. */
export const bareRoute = createRoute({ getParentRoute: () => rootRoute, id: "bare", component: Bare });

/** Pages for whoever is signed in, within bar and navigation. */
export const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context: { queries } }) => {
    try {
      await Promise.all([queries.ensureQueryData(meQuery), queries.ensureQueryData(centreQuery)]);
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      toSignIn();
      await new Promise(() => undefined); // the page is on its way out
    }
  },
});
