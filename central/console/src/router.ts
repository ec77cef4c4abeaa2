import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { PageBroken } from "./shell/PageBroken";
import { Loading } from "./parts/Loading";
import { Missing } from "./pages/missing/Missing";
import { bareRoute, insideRoute, rootRoute } from "./shell/routes";
import { bare, inside } from "./pages/all";

const tree = rootRoute.addChildren([bareRoute.addChildren(bare), insideRoute.addChildren(inside)]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0, // what is fetched ahead is kept by the query cache alone
    defaultErrorComponent: PageBroken,
    defaultPendingComponent: Loading,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
