import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { Change, Live } from "./live";
import type { State } from "./line";

export const LiveContext = createContext<Live | null>(null);

function useOne(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error("there is no LiveContext around this");
  return live;
}

/** Whether the line to the centre stands. */
export function useLineState(): State {
  const live = useOne();
  return useSyncExternalStore(live.watch, () => live.state);
}

/** Called with every batch of changes while the component is shown, after the caches have them. */
export function useChanges(listener: (changes: Change[]) => void): void {
  const live = useOne();
  const heard = useEffectEvent(listener);
  useEffect(() => live.listen((changes) => heard(changes)), [live]);
}

/** The place in the stream from which the line tells of changes; null while it does not stand. */
export function useLineFrom(): number | null {
  const live = useOne();
  return useSyncExternalStore(live.watch, () => (live.state.on === "live" ? live.from : null));
}

/** Called with the data of every event of this name, such as `ask`, while the component is shown. */
export function useHeard(event: string, listener: (data: unknown) => void): void {
  const live = useOne();
  const heard = useEffectEvent(listener);
  useEffect(() => live.hear(event, (data) => heard(data)), [live, event]);
}
