import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import type { Reason } from "@/words/reasons";
import type { Feature } from "./drawing";

export type FlightBrief = Schema<"FlightAnswer">;
export type SweepBrief = Schema<"SweepBrief">;
export type Place = Schema<"SweepAnswer">["tickets"][number];

const AGAIN_MS = 30_000;
const PAGE = 50;

export interface Named {
  situation: string;
  ticket: string | null;
}

/** A flight as GeoJSON: what the API says of it, and where it was. */
export interface Whole {
  properties: Omit<FlightBrief, "found" | "seen_again" | "cleared" | "not_placed"> & {
    found: Named[];
    seen_again: Named[];
    cleared: Named[];
    not_placed: { count: number; reason: Reason }[];
    telemetry?: string;
  };
  features: Feature[];
}

export const flightsQuery = infiniteQueryOptions({
  queryKey: ["flights"],
  queryFn: ({ pageParam, signal }) =>
    given(
      api.GET("/api/flights", {
        params: { query: { limit: PAGE, cursor: pageParam ?? undefined } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: AGAIN_MS,
});

export const flightQuery = (number: number) =>
  queryOptions({
    queryKey: ["flights", number],
    queryFn: async ({ signal }) => {
      const asked = api.GET("/api/flights/{number}", { params: { path: { number } }, signal });
      return (await given(asked as Promise<{ data?: unknown }>)) as Whole;
    },
  });

export const sweepsQuery = queryOptions({
  queryKey: ["sweeps"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/sweeps", { signal }))).items,
  refetchInterval: AGAIN_MS,
});

export const sweepQuery = (number: number) =>
  queryOptions({
    queryKey: ["sweeps", number],
    queryFn: ({ signal }) => given(api.GET("/api/sweeps/{number}", { params: { path: { number } }, signal })),
    refetchInterval: AGAIN_MS,
  });
