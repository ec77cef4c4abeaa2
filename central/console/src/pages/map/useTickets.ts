import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useChanges, useLineFrom } from "@/live/useLive";
import { ticketsQuery, type Known } from "./asking";
import type { Shown } from "./filters";
import { recent } from "./recent";
import { rowOf, withNews } from "./rows";

const TICK_MS = 30_000;

/** This moment, to half a minute: what is overdue is so on map and list alike. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Every ticket of a group, live. */
export function useTickets(show: Shown | undefined) {
  const queries = useQueryClient();
  const found = useQuery({ ...ticketsQuery(show), enabled: false });
  const again = useCallback(
    () => void queries.fetchQuery(ticketsQuery(show)).catch(() => undefined),
    [queries, show],
  );
  useEffect(() => {
    if (!queries.getQueryData(ticketsQuery(show).queryKey)) again();
  }, [queries, show, again]);
  useAfterLost(found.data, again);
  useChanges((changes) => {
    const news = new Map(changes.map(({ ticket }) => rowOf(ticket)).map((row) => [row.number, row]));
    recent.add([...news.values()]);
    queries.setQueriesData<Known>(
      { queryKey: ["map-tickets"] },
      (known) => known && { ...known, rows: withNews(known.rows, news) },
    );
  });
  return { known: found.data, error: found.error, again };
}

/** Once the line stands anew: asks again where the stream cannot have told all that happened since. */
function useAfterLost(known: Known | undefined, load: () => void): void {
  const from = useLineFrom();
  const before = useRef<number | null>(null);
  const stands = useEffectEvent((place: number) => {
    const anew = before.current !== null && before.current !== place;
    before.current = place;
    if (known && (anew || place > known.seq)) load();
  });
  const loaded = known !== undefined;
  useEffect(() => {
    if (from !== null && loaded) stands(from);
  }, [from, loaded]);
}
