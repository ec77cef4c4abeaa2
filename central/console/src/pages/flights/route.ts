import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf } from "@/links/search";
import { insideRoute } from "@/shell/routes";

export const PARTS = ["flights", "sweeps"] as const;

export const flightsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/flights",
  validateSearch: (search: Record<string, unknown>): { part?: "sweeps" } => ({
    part: oneOf(search, "part", ["sweeps"] as const),
  }),
  component: lazyRouteComponent(() => import("./Flights"), "Flights"),
});

export const flightRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/flights/$number",
  component: lazyRouteComponent(() => import("./Flight"), "Flight"),
});

export const sweepRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/flights/sweeps/$number",
  component: lazyRouteComponent(() => import("./Sweep"), "Sweep"),
});
