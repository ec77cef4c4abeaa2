import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";

export type Sign = Schema<"SignAnswer">;

export const signsQuery = queryOptions({
  queryKey: ["places"],
  queryFn: ({ signal }) => given(api.GET("/api/places", { signal })),
});

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/kinds", { signal }))).items,
  staleTime: Infinity,
});

export const addSign = (body: Schema<"PlaceAsked">): Promise<Sign> =>
  given(api.POST("/api/places", { body }));
