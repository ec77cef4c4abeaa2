import { useQuery } from "@tanstack/react-query";
import { centreQuery } from "@/api/me";
import { useNamed } from "./useWords";

/** What the city calls a department, in the reader's language; its word where it has no name. */
export function useDepartment(): (word: string) => string {
  const named = useNamed();
  const names = useQuery(centreQuery).data?.departments ?? {};
  return (word) => {
    const known = Object.hasOwn(names, word) ? names[word] : undefined;
    return known ? named(known) : word.replaceAll("_", " ");
  };
}
