import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { statusOf } from "./api/problem";
import { toSignIn } from "./api/signedout";

const TRIES = 2;
const LASTING_MS = 30_000; // the live stream tells of changes; what it does not tell of grows old

function seen(error: unknown): void {
  if (statusOf(error) === 401) toSignIn();
}

/** Asks again only where the centre was away or busy: a refusal stays a refusal. */
export function asksAgain(failures: number, error: unknown): boolean {
  const status = statusOf(error);
  return failures < TRIES && (status === 0 || status === 503);
}

export const makeQueries = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError: seen }),
    mutationCache: new MutationCache({ onError: seen }),
    defaultOptions: {
      queries: { retry: asksAgain, staleTime: LASTING_MS, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
