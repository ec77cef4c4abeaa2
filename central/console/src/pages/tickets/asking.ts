import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import type { SHOWN } from "./route";

export type Ticket = Schema<"TicketAnswer">;
export type Shown = (typeof SHOWN)[number];

const PAGE = 50;

/** Keys that begin with "tickets" hold TicketPages: the live stream keeps their tickets fresh. */
export const ticketsQuery = (show: Shown) =>
  infiniteQueryOptions({
    queryKey: ["tickets", "list", show],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        open: show === "all" ? undefined : show === "open",
        cursor: pageParam ?? undefined,
      };
      return given(api.GET("/api/tickets", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const summaryQuery = queryOptions({
  queryKey: ["summary"],
  queryFn: ({ signal }) => given(api.GET("/api/summary", { signal })),
});
