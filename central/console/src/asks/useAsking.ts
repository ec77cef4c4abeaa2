import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, given, type Schema } from "@/api/client";

export type Ask = Schema<"AskAnswer">;
export type Wanted =
  | Schema<"DiscoverAsked">
  | Schema<"EntrustAsked">
  | Schema<"ExplainAsked">
  | Schema<"FilmAsked">
  | Schema<"LookAsked">
  | Schema<"ProbeAsked">;

const UNDER_WAY: readonly string[] = ["waiting", "sent", "working"];
const AGAIN_MS = 400;

export const underWay = (ask: Ask | undefined): boolean => !!ask && UNDER_WAY.includes(ask.status);

export interface Asking {
  /** Asks anew; what was asked before is no longer shown. */
  start: (wanted: Wanted) => void;
  ask: Ask | undefined;
  busy: boolean;
  error: unknown;
}

/** One thing that is asked of a node: started here, and followed until it is answered. */
export function useAsking(): Asking {
  const [id, setId] = useState<string | null>(null);
  const made = useMutation({
    mutationFn: (body: Wanted) => given(api.POST("/api/asks", { body: body as Schema<"LookAsked"> })),
    onMutate: () => setId(null),
    onSuccess: ({ id: name }) => setId(name),
  });
  const found = useQuery({
    queryKey: ["ask", id],
    queryFn: ({ signal }) =>
      given(api.GET("/api/asks/{name}", { params: { path: { name: id ?? "" } }, signal })),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && !underWay(state.data) ? false : AGAIN_MS),
  });
  const ask = id === null ? undefined : found.data;
  const { mutate } = made;
  return {
    start: useCallback((wanted: Wanted) => mutate(wanted), [mutate]),
    ask,
    busy: made.isPending || (id !== null && !found.error && (!ask || underWay(ask))),
    error: made.error ?? (id === null ? null : found.error),
  };
}
