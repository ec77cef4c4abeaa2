import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { sourceOf, type Place } from "../place";

export type Group = Schema<"PrecisionAnswer">["groups"][number];
export type Mark = Schema<"MarkAnswer">;

interface Measured {
  by: "zone" | "zone_version";
  place?: Place;
}

/** How much of what was told was right, of what people have marked in four weeks; the worst first. */
export const precisionQuery = ({ by, place }: Measured) =>
  queryOptions({
    queryKey: ["precision", by, place ?? null],
    queryFn: ({ signal }) => {
      const at = place ? { node: sourceOf(place), source: place.source } : {};
      return given(api.GET("/api/precision", { params: { query: { by, every: "week", ...at } }, signal }));
    },
  });

/** What people said of a camera in a time. */
export const marksQuery = (place: Place, since: string, until: string) =>
  queryOptions({
    queryKey: ["marks", place.district, place.node, place.source, since, until],
    queryFn: async ({ signal }) => {
      const query = { node: sourceOf(place), source: place.source, since, until, limit: 1000 };
      return (await given(api.GET("/api/marks", { params: { query }, signal }))).items;
    },
  });

export const reasonsQuery = queryOptions({
  queryKey: ["marks", "reasons"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/marks/reasons", { signal }))).items,
  staleTime: Infinity,
});

export const markTicket = (name: string, body: Schema<"MarkAsked">): Promise<Mark | null> =>
  given(api.POST("/api/tickets/{name}/marks", { params: { path: { name } }, body }));

export const sayMissed = (body: Schema<"MissedAsked">): Promise<Mark> =>
  given(api.POST("/api/marks", { body }));
