import { useQuery, type QueryClient } from "@tanstack/react-query";
import { centreQuery, useMay } from "@/api/me";

const LOOK_MS = 30_000;

/** Whether the centre watches nothing yet; a centre that does not say so is taken for one that does. */
export const bareCentre = (queries: QueryClient): Promise<boolean> =>
  queries.fetchQuery({ ...centreQuery, staleTime: 0 }).then(
    ({ watches }) => !watches,
    () => false,
  );

/** Whether somebody who may set the centre up should be led there. */
export function useUnfinished(): boolean {
  const may = useMay("node.enroll");
  const { data } = useQuery({
    ...centreQuery,
    refetchInterval: ({ state }) => (may && state.data && !state.data.watches ? LOOK_MS : false),
  });
  return may && data !== undefined && !data.watches;
}
