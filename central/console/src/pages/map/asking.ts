import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { settingsQuery } from "@/map/settings";
import type { Shown } from "./filters";
import { recent } from "./recent";
import { rowsOf, withNews, type Columns, type Row } from "./rows";

export type Eye = Schema<"MapSource">;

export interface Known {
  rows: readonly Row[];
  /** How many the centre has; more than `rows` where only the newest were told. */
  total: number;
  /** Where the stream goes on. */
  seq: number;
}

const OPEN: Record<Shown, boolean | undefined> = { open: true, done: false, all: undefined };

/**
 * Every ticket of a group at once: list and map filter them in the page. It is kept fresh by `useTickets`, so that no
 * sweep over all queries loads it again (`enabled: false` where it is watched).
 */
export const ticketsQuery = (show: Shown = "open") => ({
  queryKey: ["map-tickets", show] as const,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Known> => {
    const query = { open: OPEN[show] };
    const told = (await given(api.GET("/api/map/tickets", { params: { query }, signal }))) as Columns;
    return { rows: withNews(rowsOf(told), recent.all()), total: told.total, seq: told.seq };
  },
  structuralSharing: false,
  staleTime: 0,
});

export const eyesQuery = queryOptions({
  queryKey: ["map-eyes"],
  queryFn: ({ signal }) => given(api.GET("/api/map/sources", { signal })),
  refetchInterval: 30_000,
});

export interface FlightLine {
  id: number;
  geometry: { type: "LineString"; coordinates: [number, number][] };
  properties: {
    flight: number;
    node: string;
    source: string;
    began: string;
    ended: string;
    found: number;
    seen_again: number;
    cleared: number;
  };
}

export const flightsQuery = queryOptions({
  queryKey: ["map-flights"],
  queryFn: async ({ signal }) => {
    const told: unknown = await given(api.GET("/api/map/flights", { signal }));
    return (told as { features: FlightLine[] }).features;
  },
  refetchInterval: 60_000,
});

/** What the page needs first is asked for before the page is there. */
export function beginning(queries: QueryClient, show: Shown | undefined): void {
  const asked = ticketsQuery(show);
  void queries.prefetchQuery(settingsQuery);
  if (!queries.getQueryData<Known>(asked.queryKey)) void queries.prefetchQuery(asked);
}
