import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "@/api/me";
import type { Schema } from "@/api/client";
import { markTicket, sayMissed } from "../asking/marks";
import { useTheBench } from "../bench/useBench";
import { sourceOf } from "../place";
import type { Pair } from "./pairing";
import { outcomesQuery, type Period } from "./useTrial";

export type Said = "right" | "false_alarm" | "missed";
export type Why = NonNullable<Schema<"MarkAsked">["reason"]>;

export interface Marking {
  may: boolean;
  /** What people say of it; `ticket` null: it has none, so only what was missed can be said. */
  of: (pair: Pair) => { ticket: string | null; mark: string | null };
  /** Whether this can be said of it. */
  can: (pair: Pair, said: Said) => boolean;
  say: (pair: Pair, said: Said) => void;
  why: Why;
  setWhy: (why: Why) => void;
  error: unknown;
}

/** Right, false alarm, missed: from the list of a trial, into the marks that count for precision. */
export function useMarking(period: Period, onMarked: () => void): Marking {
  const { place } = useTheBench();
  const queries = useQueryClient();
  const [why, setWhy] = useState<Why>("other");
  const [missed, setMissed] = useState<ReadonlySet<string>>(new Set());
  const outcomes = useQuery(outcomesQuery(place, period));
  const of = (pair: Pair) => {
    const found = outcomes.data?.find(({ situation }) => situation === pair.live);
    const mark = found?.mark ?? (missed.has(pair.key) ? "missed" : null);
    return { ticket: found?.ticket ?? null, mark };
  };
  const may = useMay("ticket.mark");
  const can = (pair: Pair, said: Said) =>
    may && (said === "missed" ? pair.live === null : of(pair).ticket !== null);
  const saying = useMutation({
    mutationFn: async ({ pair, said }: { pair: Pair; said: Said }) => {
      if (said === "missed") return sayMissed(missing(pair, sourceOf(place), place.source));
      const ticket = of(pair).ticket ?? "";
      const reason = said === "false_alarm" ? why : null;
      return markTicket(ticket, {
        mark: said,
        reason,
        words: "",
        node: sourceOf(place),
        situation: pair.live,
      });
    },
    onSuccess: async (_, { pair, said }) => {
      if (said === "missed") setMissed((now) => new Set(now).add(pair.key));
      await queries.invalidateQueries({ queryKey: ["outcomes"] });
      void queries.invalidateQueries({ queryKey: ["precision"] });
      onMarked();
    },
  });
  const say = (pair: Pair, said: Said) => {
    if (can(pair, said)) saying.mutate({ pair, said });
  };
  return { may, of, can, say, why, setWhy, error: saying.error };
}

/** What no source told, though it should have. The same thing said twice is one. */
function missing({ one }: Pair, node: string, source: string): Schema<"MissedAsked"> {
  return {
    request: `trial-${one.situation}`.slice(0, 64),
    node,
    source,
    kind: one.kind,
    since: one.since,
    until: one.cleared ?? null,
    zone: one.zone,
    box: one.box ?? null,
    words: "",
  };
}
