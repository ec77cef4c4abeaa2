import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { keyOf, nodeOf, plainNode, type Place } from "@/sources/place";

export type Ticket = Schema<"TicketAnswer">;

/** One source with how it fares; null where it is not known. */
export const sourceQuery = (place: Place) =>
  queryOptions({
    queryKey: ["health", "one", nodeOf(place), place.source],
    queryFn: async ({ signal }) => {
      const query = { node: nodeOf(place), q: place.source, limit: 200 };
      const page = await given(api.GET("/api/health/sources", { params: { query }, signal }));
      const item = page.items.find(
        (each) => keyOf(each.node, each.id) === `${nodeOf(place)}/${place.source}`,
      );
      const node = page.nodes.find((each) => plainNode(each.node) === nodeOf(place));
      return item ? { item, online: node?.online ?? null } : null;
    },
    refetchInterval: 30_000,
  });

/** What was told of a source in a period, the newest first. */
export const ticketsQuery = (place: Place, since: string, until: string) =>
  queryOptions({
    queryKey: ["tickets", "of", nodeOf(place), place.source, since, until],
    queryFn: ({ signal }) => {
      const query = { node: `gewu://${nodeOf(place)}`, source: place.source, since, until, limit: 100 };
      return given(api.GET("/api/tickets", { params: { query }, signal }));
    },
  });
