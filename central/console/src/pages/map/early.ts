// Who comes to the map first waits for as little as possible: all that it needs is on its way at once, while the centre
// still says who asks.
import type { QueryClient } from "@tanstack/react-query";
import { centreQuery, meQuery } from "@/api/me";
import { mayDraw } from "@/map/support";
import { fetchWords } from "@/words/words";
import { beginning } from "./asking";
import { askForCells } from "./grid";
import { searchOf } from "./filters";

export const page = () => import("./MapPage");
export const drawing = () => import("./Canvas");

/** Asks for what the address that was opened needs, if that is the map. */
export function beginEarly(queries: QueryClient): void {
  if (!["/", "/map"].includes(location.pathname)) return;
  beginning(queries, searchOf(Object.fromEntries(new URLSearchParams(location.search))).show);
  void queries.prefetchQuery(meQuery);
  void queries.prefetchQuery(centreQuery);
  fetchWords("shell", "map", "tickets");
  void page();
  if (!mayDraw()) return;
  void drawing();
  askForCells();
}
