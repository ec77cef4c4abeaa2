import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { useMay } from "@/api/me";

const LOOK_MS = 30_000;

/** Shared with the pages that ask for the same. */
const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => given(api.GET("/api/sources", { signal })),
});

/** Nothing is watched yet: there is no node, or none of them has a source. */
export const isBare = ({ nodes }: Schema<"SourceList">): boolean =>
  !nodes.some(({ sources }) => sources.some(({ source }) => source !== null));

/** Whether the centre watches nothing yet; a centre that does not say so is taken for one that does. */
export const bareCentre = (queries: QueryClient): Promise<boolean> =>
  queries.ensureQueryData(sourcesQuery).then(isBare, () => false);

/** Whether somebody who may set the centre up should be led there. */
export function useUnfinished(): boolean {
  const may = useMay("node.enroll");
  const { data } = useQuery({
    ...sourcesQuery,
    enabled: may,
    refetchInterval: ({ state }) => (state.data && isBare(state.data) ? LOOK_MS : false),
  });
  return may && data !== undefined && isBare(data);
}
