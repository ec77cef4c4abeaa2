import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useChanges, useLineFrom } from "@/live/useLive";
import { ticketsQuery, type Known } from "./asking";
import type { Shown } from "./filters";
import { recent } from "./recent";
import { rowOf, withNews, type Row } from "./rows";

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

/** Every ticket of a group, live. `onFresh` hears of those that were just opened. */
export function useTickets(show: Shown | undefined, onFresh: (rows: Row[]) => void) {
  const queries = useQueryClient();
  const asked = ticketsQuery(show);
  const found = useQuery({ ...asked, enabled: false });
  const load = useEffectEvent(() => void queries.fetchQuery(asked).catch(() => undefined));
  useEffect(() => {
    if (!queries.getQueryData(ticketsQuery(show).queryKey)) load();
  }, [queries, show]);
  useAfterLost(found.data, load);
  useChanges((changes) => {
    const rows = new Map(changes.map(({ ticket }) => [ticket.number, rowOf(ticket)]));
    const news = new Map([...rows.values()].map((row) => [row.number, row]));
    recent.add([...news.values()]);
    queries.setQueriesData<Known>(
      { queryKey: ["map-tickets"] },
      (known) => known && { ...known, rows: withNews(known.rows, news) },
    );
    const fresh = changes
      .filter(({ effect }) => effect === "opened")
      .map(({ ticket }) => rows.get(ticket.number));
    if (fresh.length) onFresh(fresh.filter((row): row is Row => row !== undefined));
  });
  return { known: found.data, error: found.error, busy: found.isFetching, again: load };
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
