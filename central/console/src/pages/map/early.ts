// Who comes to the map first waits for as little as possible: all that it needs is on its way at once, while the centre
// still says who asks.
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { centreQuery, meQuery } from "@/api/me";
import { mayDraw } from "@/map/support";
import { beginning } from "./asking";
import { askForCells } from "./grid";
import { searchOf } from "./filters";

export const page = () => import("./MapPage");
/** What draws the map. Not a lazy component: React would hold that back for some 300 ms after `Loading` was shown. */
export const drawingQuery = queryOptions({
  queryKey: ["map-drawing"],
  queryFn: () => import("./Canvas").then((found) => found.default),
  staleTime: Infinity,
  gcTime: Infinity,
  structuralSharing: false,
});

const opened = () => ["/", "/map"].includes(location.pathname);

/** The words that the address that was opened needs. */
export const wordsEarly = (): string[] => (opened() ? ["map", "tickets"] : []);

/** Asks for what the address that was opened needs, if that is the map. */
export function beginEarly(queries: QueryClient): void {
  if (!opened()) return;
  beginning(queries, searchOf(Object.fromEntries(new URLSearchParams(location.search))).show);
  void queries.prefetchQuery(meQuery);
  void queries.prefetchQuery(centreQuery);
  void page();
  if (!mayDraw()) return;
  void queries.prefetchQuery(drawingQuery);
  askForCells();
}
