import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, given, type Schema } from "@/api/client";
import { useHeard } from "@/live/useLive";

export type Ask = Schema<"AskAnswer">;
export type Wanted =
  | Schema<"BacktestAsked">
  | Schema<"DiscoverAsked">
  | Schema<"EntrustAsked">
  | Schema<"ExplainAsked">
  | Schema<"FilmAsked">
  | Schema<"InspectAsked">
  | Schema<"LookAsked">
  | Schema<"ProbeAsked">;

const UNDER_WAY: readonly string[] = ["waiting", "sent", "working"];
const AGAIN_MS = 1_500; // the stream tells of it at once; this is for when it cannot

export const underWay = (ask: Ask | undefined): boolean => !!ask && UNDER_WAY.includes(ask.status);

const askQuery = (id: string) => ({
  queryKey: ["ask", id] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    given(api.GET("/api/asks/{name}", { params: { path: { name: id } }, signal })),
});

export interface Asking {
  /** Asks anew; what was asked before is left alone and no longer shown. */
  start: (wanted: Wanted) => void;
  /** Nobody waits for it here any more. */
  stop: () => void;
  ask: Ask | undefined;
  busy: boolean;
  error: unknown;
}

/** One thing that is asked of a node: started here, and followed until it is answered. */
export function useAsking(): Asking {
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const made = useMutation({
    mutationFn: (body: Wanted) => given(api.POST("/api/asks", { body: body as Schema<"LookAsked"> })),
    onMutate: () => setId(null),
    onSuccess: ({ id: name }) => setId(name),
  });
  const found = useQuery({
    ...askQuery(id ?? ""),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && !underWay(state.data) ? false : AGAIN_MS),
  });
  useHeard("ask", (data) => {
    if (id !== null && (data as { id?: string }).id === id)
      void queries.invalidateQueries({ queryKey: askQuery(id).queryKey });
  });
  const ask = id === null ? undefined : found.data;
  const { mutate } = made;
  return {
    start: useCallback((wanted: Wanted) => mutate(wanted), [mutate]),
    stop: useCallback(() => setId(null), []),
    ask,
    busy: made.isPending || (id !== null && !found.error && (!ask || underWay(ask))),
    error: made.error ?? (id === null ? null : found.error),
  };
}
