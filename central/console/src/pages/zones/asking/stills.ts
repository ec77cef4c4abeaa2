import { queryOptions } from "@tanstack/react-query";
import { problemOf, unreachable } from "@/api/problem";
import type { Place } from "../place";

export interface Still {
  picture: ImageBitmap;
  taken: string;
}

/** A masked picture with the time at which it was taken; null where none has come. Throws Problem. */
async function fetched(url: string, taken: string | null, signal: AbortSignal): Promise<Still | null> {
  const answer = await fetch(url, { signal, headers: { "X-Gewu-Quiet": "1" } }).catch((error: unknown) => {
    throw signal.aborted ? error : unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return null;
  const picture = await createImageBitmap(await answer.blob());
  return { picture, taken: taken ?? answer.headers.get("X-Gewu-Taken") ?? new Date().toISOString() };
}

/** The newest picture that the centre has of a camera; null where none has come. */
export const newestQuery = ({ district, node, source }: Place) =>
  queryOptions({
    queryKey: ["still", district, node, source],
    queryFn: ({ signal }) => fetched(`/api/sources/${district}/${node}/${source}/still`, null, signal),
    structuralSharing: false,
    refetchOnReconnect: false,
  });

/** One that was taken for an ask. */
export const stillQuery = (sha256: string, taken: string) =>
  queryOptions({
    queryKey: ["still", sha256],
    queryFn: ({ signal }) => fetched(`/api/stills/${sha256}`, taken, signal),
    structuralSharing: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });
