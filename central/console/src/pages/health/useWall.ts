import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useHeard } from "@/live/useLive";
import { MOST, nodeNow, sourcesQuery, totalsQuery } from "./asking";
import { withNode } from "./patching";
import type { Filters } from "./route";
import { keyOfSource, misplaced, steady, worstFirst, type NodeFares, type SourceFares } from "./worst";

const MANY_NODES = 5; // that changed at once: all is asked for again
const IDLE_MS = 30_000; // nobody touches the page: the order may change by itself

export interface Wall {
  sources: SourceFares[];
  nodes: ReadonlyMap<string, NodeFares>;
  /** How many stand elsewhere than they would now. */
  moved: number;
  sortAnew: () => void;
  loading: boolean;
  /** More are on their way. */
  coming: boolean;
  /** There are more than a wall shows. */
  cut: boolean;
  error: unknown;
  again: () => void;
}

/** Every source that is meant, live, in an order that changes only when nobody is reading. */
export function useWall(filters: Filters): Wall {
  const query = sourcesQuery(filters);
  const found = useInfiniteQuery(query);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = found;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  useNews(query.queryKey);
  const { byKey, nodes } = useMemo(() => indexed(found.data?.pages ?? []), [found.data]);
  const wanted = useMemo(() => worstFirst([...byKey.values()], nodes), [byKey, nodes]);
  const { order, sortAnew } = useSteady(wanted, JSON.stringify(query.queryKey), !hasNextPage);
  return {
    sources: useMemo(() => order.flatMap((key) => byKey.get(key) ?? []), [order, byKey]),
    nodes,
    moved: misplaced(order, wanted),
    sortAnew,
    loading: found.isPending,
    coming: hasNextPage,
    cut: !hasNextPage && byKey.size >= MOST,
    error: found.error,
    again: () => void found.refetch(),
  };
}

export const useTotals = (filters: Filters) => useQuery(totalsQuery(filters)).data;

function indexed(pages: readonly { items: SourceFares[]; nodes: NodeFares[] }[]) {
  return {
    byKey: new Map(pages.flatMap(({ items }) => items.map((each) => [keyOfSource(each), each] as const))),
    nodes: new Map(pages.flatMap((page) => page.nodes.map((each) => [each.node, each] as const))),
  };
}

/** What the stream tells of nodes is asked for, node by node, and put in place. */
function useNews(queryKey: readonly unknown[]): void {
  const queries = useQueryClient();
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = useCallback(async () => {
    timer.current = undefined;
    const nodes = [...waiting.current];
    waiting.current.clear();
    void queries.invalidateQueries({ queryKey: ["health", "totals"] });
    void queries.invalidateQueries({ queryKey: ["health", "details"] });
    const known = queries.getQueryData<Parameters<typeof withNode>[0]>(queryKey);
    if (!known || nodes.length > MANY_NODES) return queries.invalidateQueries({ queryKey });
    for (const node of nodes) {
      const now = await nodeNow(node).catch(() => null);
      const held = queries.getQueryData<Parameters<typeof withNode>[0]>(queryKey);
      const next = now && held ? withNode(held, now, node) : null;
      if (!next) return queries.invalidateQueries({ queryKey });
      queries.setQueryData(queryKey, next);
    }
    return undefined;
  }, [queries, queryKey]);
  useHeard("health", (data) => {
    waiting.current.add((data as { node: string }).node);
    timer.current ??= setTimeout(() => void look(), 300);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** The order as it was read; anew when another question is asked, on request, or when nobody is there. */
function useSteady(wanted: string[], question: string, settled: boolean) {
  const [kept, setKept] = useState<{ question: string; order: string[] } | null>(null);
  const order = useMemo(
    () => steady(settled && kept?.question === question ? kept.order : null, wanted),
    [kept, question, settled, wanted],
  );
  if (settled && (kept?.question !== question || kept.order.length !== order.length))
    setKept({ question, order });
  const sortAnew = useCallback(() => setKept({ question, order: wanted }), [question, wanted]);
  const latest = useRef(sortAnew);
  useEffect(() => {
    latest.current = sortAnew;
  }, [sortAnew]);
  useIdle(() => latest.current());
  return { order, sortAnew };
}

/** Called again and again while nobody touches the page. */
function useIdle(run: () => void): void {
  const runs = useRef(run);
  useEffect(() => {
    runs.current = run;
  });
  useEffect(() => {
    let touched = Date.now();
    const touch = () => (touched = Date.now());
    const events = ["pointermove", "pointerdown", "keydown", "wheel"] as const;
    for (const each of events) addEventListener(each, touch, { passive: true });
    const timer = setInterval(() => {
      if (Date.now() - touched >= IDLE_MS) runs.current();
    }, 5_000);
    return () => {
      for (const each of events) removeEventListener(each, touch);
      clearInterval(timer);
    };
  }, []);
}
