import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, given, type Schema } from "@/api/client";
import { useHeard } from "@/live/useLive";
import { asTried } from "../draft/grounding";
import { useTheBench } from "../bench/useBench";
import { nodeOf } from "../place";

export type Suggestion = Schema<"SuggestionAnswer">;
export type Suggestions = Schema<"SuggestionList">;

const UNDER_WAY: readonly string[] = ["waiting", "sent", "working"];

/** Changes that might end a zone's false alarms: proposed by the centre, tried by the node. */
export function useAdvice() {
  const { place, state } = useTheBench();
  const queries = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const asking = useMutation({
    mutationFn: (zone: string) =>
      given(
        api.POST("/api/suggestions", {
          body: {
            node: nodeOf(place),
            source: place.source,
            zone,
            zones: asTried(state.base),
            ignore: state.base.ignore,
            days: 7,
          } as unknown as Schema<"SuggestionsAsked">,
        }),
      ),
    onMutate: () => setName(null),
    onSuccess: ({ ask }) => setName(ask),
  });
  const found = useQuery({
    queryKey: ["suggestions", name],
    queryFn: ({ signal }) =>
      given(api.GET("/api/suggestions/{name}", { params: { path: { name: name ?? "" } }, signal })),
    enabled: name !== null,
    refetchInterval: ({ state: { data } }) => (data && !UNDER_WAY.includes(data.status) ? false : 1_500),
  });
  useHeard("ask", (data) => {
    if ((data as { id?: string }).id === name)
      void queries.invalidateQueries({ queryKey: ["suggestions", name] });
  });
  const list = name === null ? undefined : found.data;
  return {
    start: (zone: string) => asking.mutate(zone),
    list,
    busy: asking.isPending || (name !== null && (!list || UNDER_WAY.includes(list.status))),
    error: asking.error ?? found.error,
  };
}
