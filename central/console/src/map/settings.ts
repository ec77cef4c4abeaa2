import { queryOptions } from "@tanstack/react-query";
import { api, given } from "@/api/client";

/** What lies under maps by configuration, and where they begin. */
export const settingsQuery = queryOptions({
  queryKey: ["map-settings"],
  queryFn: ({ signal }) => given(api.GET("/api/map/settings", { signal })),
  staleTime: Infinity,
});
