import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";

export type Suppression = Schema<"SuppressionAnswer">;
export type Held = Schema<"HiddenAnswer">;

/** Of a source, or made from a ticket. */
export type Which = { node: string; source: string } | { ticket: string };

const MINUTE_MS = 60_000;

/** Those that count and those that are over, the last first; each minute again, for their time goes on. */
export const suppressionsQuery = (which: Which) =>
  queryOptions({
    queryKey: ["suppressions", which],
    queryFn: async ({ signal }) =>
      (await given(api.GET("/api/suppressions", { params: { query: { ...which, ended: true } }, signal })))
        .items,
    refetchInterval: MINUTE_MS,
  });

/** The last 200 situations that one held back. */
export const heldQuery = (number: number) =>
  queryOptions({
    queryKey: ["suppressions", number],
    queryFn: async ({ signal }) =>
      (await given(api.GET("/api/suppressions/{number}", { params: { path: { number } }, signal }))).hidden,
  });

export const liftOne = (number: number, words: string): Promise<Suppression> =>
  given(api.POST("/api/suppressions/{number}/lift", { params: { path: { number } }, body: { words } }));
