import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { insideRoute } from "@/shell/routes";
import { beginning } from "./asking";
import { searchOf } from "./filters";

const page = () => import("./MapPage");
// Who comes here first waits for as little as possible: the page is on its way while the centre says who asks.
if (typeof location !== "undefined" && ["/", "/map"].includes(location.pathname)) void page();

export const mapRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/map",
  validateSearch: searchOf,
  loaderDeps: ({ search: { show } }) => ({ show }),
  loader: ({ context: { queries }, deps }) => beginning(queries, deps.show),
  component: lazyRouteComponent(page, "MapPage"),
});
