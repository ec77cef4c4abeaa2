import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, given, type Schema } from "./client";
import { keepForgeryKey } from "./forgery";

export type Me = Schema<"MeAnswer">;
export type Action = Me["actions"][number];
export type Role = Me["role"];

/** Who is signed in, what that one may do, and the key of the session. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const me = await given(api.GET("/api/me", { signal }));
    keepForgeryKey(me.forgery_key);
    return me;
  },
  staleTime: Infinity,
});

/** What a page has to know of the centre itself: its version and time zone. */
export const centreQuery = queryOptions({
  queryKey: ["centre"],
  queryFn: ({ signal }) => given(api.GET("/api/centre", { signal })),
  staleTime: Infinity,
});

/** Who is signed in; null while nobody is. */
export const useMe = (): Me | null => useQuery(meQuery).data ?? null;

/** Whether whoever is signed in may do this. */
export const useMay = (action: Action): boolean => useMe()?.actions.includes(action) ?? false;
