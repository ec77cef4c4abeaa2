import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { insideRoute } from "@/shell/routes";
import { beginning } from "./asking";
import { page } from "./early";
import { searchOf } from "./filters";

export const mapRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/map",
  validateSearch: searchOf,
  loaderDeps: ({ search: { show } }) => ({ show }),
  loader: ({ context: { queries }, deps }) => beginning(queries, deps.show),
  component: lazyRouteComponent(page, "MapPage"),
});
