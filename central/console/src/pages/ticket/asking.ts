import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";

export type Ticket = Schema<"WorkedTicket">;
export type Picture = Schema<"PictureAnswer">;
export type WhyStep = Schema<"WhyStep">;
export type Trace = Schema<"TraceAnswer">;
export type Option = Schema<"OptionAnswer">;
export type LogLine = Schema<"LogLine">;

const MINUTE_MS = 60_000;

/** Keys that begin with "ticket" are asked for again after a change; each minute too, for the clock goes on. */
export const ticketQuery = (name: string) =>
  queryOptions({
    queryKey: ["ticket", name, "whole"],
    queryFn: ({ signal }) => given(api.GET("/api/tickets/{name}", { params: { path: { name } }, signal })),
    refetchInterval: MINUTE_MS,
  });

/** Who tickets can be sent to, and whom the routing proposes for these. */
export const departmentsQuery = (tickets: readonly string[]) =>
  queryOptions({
    queryKey: ["departments", tickets],
    queryFn: ({ signal }) =>
      given(api.GET("/api/departments", { params: { query: { ticket: [...tickets] } }, signal })),
    staleTime: MINUTE_MS,
  });

export const trailQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ["ticket", name, "trail"],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET("/api/tickets/{name}/trail", {
          params: { path: { name }, query: { limit: 200, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** Every step that made it what it is, the earliest first. */
export const whyQuery = (name: string) =>
  queryOptions({
    queryKey: ["ticket", name, "why"],
    queryFn: ({ signal }) =>
      given(api.GET("/api/tickets/{name}/why", { params: { path: { name } }, signal })),
  });

/** The city's way; it does not change while the centre runs. */
export const caseworkQuery = queryOptions({
  queryKey: ["casework"],
  queryFn: ({ signal }) => given(api.GET("/api/casework", { signal })),
  staleTime: Infinity,
});

export const markReasonsQuery = queryOptions({
  queryKey: ["mark reasons"],
  queryFn: ({ signal }) => given(api.GET("/api/marks/reasons", { signal })),
  staleTime: Infinity,
});

/** One open ticket that is folded into this one, if there is any. */
export const foldedQuery = (number: string) =>
  queryOptions({
    queryKey: ["ticket", number, "folded"],
    queryFn: ({ signal }) =>
      given(api.GET("/api/tickets", { params: { query: { parent: number, open: true, limit: 1 } }, signal })),
  });
