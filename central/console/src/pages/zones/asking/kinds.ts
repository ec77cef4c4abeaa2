import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, given } from "@/api/client";
import { useNamed } from "@/words/useWords";

/** The code table: every kind, in both languages. */
export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/kinds", { signal }))).items,
  staleTime: Infinity,
});

/** What a kind is called; a word of a place's own is shown as it is. */
export function useKindNames(): (word: string) => string {
  const { data } = useQuery(kindsQuery);
  const named = useNamed();
  return (word) => {
    const found = data?.find((kind) => kind.word === word);
    return found ? named(found) : word.replaceAll("_", " ");
  };
}
