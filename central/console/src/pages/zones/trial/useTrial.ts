import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, given, type Schema } from "@/api/client";
import { useAsking, type Asking } from "@/asks/useAsking";
import { useTheBench } from "../bench/useBench";
import { plain } from "../draft/comparing";
import { asTried } from "../draft/grounding";
import type { Draft } from "../draft/shape";
import { nodeOf, type Place } from "../place";
import { DRAFT, pairs, type Pair, type Supposed } from "./pairing";

export interface Period {
  since: number;
  until: number;
}

export interface Trying {
  asking: Asking;
  run: (period: Period) => void;
  period: Period | null;
  found: readonly Pair[];
  trial: Schema<"Trial"> | null;
  /** The draft has been changed since it was tried. */
  stale: boolean;
  /** Precision and recall by what people marked, now and with the draft. */
  judged: Schema<"ComparedAnswer">[];
  marked: number;
  again: () => void;
}

const textOf = (draft: Draft): string => plain([asTried(draft), draft.ignore]);

export const comparedQuery = (ask: string) =>
  queryOptions({
    queryKey: ["compared", ask],
    queryFn: ({ signal }) =>
      given(api.GET("/api/asks/{name}/compared", { params: { path: { name: ask } }, signal })),
  });

/** Of every situation that the camera told in a time: its ticket, and what people say of it. */
export const outcomesQuery = (place: Place, { since, until }: Period) =>
  queryOptions({
    queryKey: ["outcomes", place.district, place.node, place.source, since, until],
    queryFn: async ({ signal }) => {
      const query = {
        since: new Date(since * 1000).toISOString(),
        until: new Date(until * 1000).toISOString(),
      };
      const asked = api.GET("/api/sources/{district}/{node}/{source}/outcomes", {
        params: { path: { ...place }, query },
        signal,
      });
      return (await given(asked)).items;
    },
  });

/** The draft is tried on what the node has seen, beside what runs now. */
export function useTrial(): Trying {
  const { place, draft } = useTheBench();
  const asking = useAsking();
  const [tried, setTried] = useState<{ text: string; period: Period } | null>(null);
  const run = (period: Period) => {
    setTried({ text: textOf(draft), period });
    const variant = { id: DRAFT, zones: asTried(draft), ignore: draft.ignore };
    asking.start({
      command: "backtest",
      node: nodeOf(place),
      source: place.source,
      since: new Date(period.since * 1000).toISOString(),
      until: new Date(period.until * 1000).toISOString(),
      variants: [variant as unknown as Schema<"Variant">],
      now: true,
      most: 1000,
    });
  };
  const done = asking.ask?.status === "done" ? asking.ask : null;
  const judging = useJudging(done?.id ?? null);
  const found = useFound(asking.ask?.result.situations);
  const text = useMemo(() => textOf(draft), [draft]);
  return {
    asking,
    run,
    period: tried?.period ?? null,
    found,
    trial: done?.result.trial ?? null,
    stale: tried !== null && tried.text !== text,
    ...judging,
  };
}

const useFound = (situations: readonly Supposed[] | null | undefined): Pair[] =>
  useMemo(() => pairs(situations ?? []), [situations]);

function useJudging(ask: string | null) {
  const { data, refetch } = useQuery({ ...comparedQuery(ask ?? ""), enabled: ask !== null });
  return { judged: data?.variants ?? [], marked: data?.marked ?? 0, again: () => void refetch() };
}
