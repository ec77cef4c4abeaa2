import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { formats, type Formats } from "@/words/formats";
import { useLanguage } from "@/words/useWords";
import type { Waiting } from "./engine/shapes";
import type { Snapshot } from "./engine/snapshot";
import type { Sync } from "./engine/sync";

export const SyncContext = createContext<Sync | null>(null);

export function useSync(): Sync {
  const sync = useContext(SyncContext);
  if (!sync) throw new Error("no engine around this");
  return sync;
}

export function useShown(): Snapshot {
  const sync = useSync();
  return useSyncExternalStore(sync.listen, sync.snapshot);
}

/** Moments, spans and numbers, in the centre's time zone as it was last told. */
export function useOwnFormats(): Formats {
  const language = useLanguage();
  const { zone } = useShown();
  return useMemo(() => formats(language, zone ?? undefined, Date.now), [language, zone]);
}

export function useQueueOf(number: string): Waiting[] {
  const { queue } = useShown();
  return useMemo(() => queue.filter(({ ticket }) => ticket === number), [queue, number]);
}
