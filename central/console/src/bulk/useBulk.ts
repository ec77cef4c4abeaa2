import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, given, type Schema } from "@/api/client";
import { Problem } from "@/api/problem";
import type { Values } from "@/pages/ticket/useDeed";
import { newRequest } from "@/requests";
import { useProblem } from "@/words/useProblem";
import { useReason } from "@/words/useReason";
import { begun, inTurns, withOutcome, type Outcome, type Ticket } from "./bulk";

type Action = Schema<"ActionAsked">["action"];
const AT_ONCE = 4;

/** The tickets as they stand now, with what may be done with each. */
export function useWorked(numbers: readonly string[]) {
  const [read, setRead] = useState(0);
  const found = useQuery({
    queryKey: ["worked", ...numbers],
    queryFn: async ({ signal }) => {
      const tickets = new Map<string, Ticket>();
      setRead(0);
      await inTurns(numbers, AT_ONCE, async (name) => {
        const asked = api.GET("/api/tickets/{name}", { params: { path: { name } }, signal });
        tickets.set(name, await given(asked));
        setRead(tickets.size);
      });
      return numbers.flatMap((name) => tickets.get(name) ?? []);
    },
    gcTime: 0,
    staleTime: Infinity,
  });
  return { ...found, read };
}

/**
 * One action on each of several tickets, as they were read. Each has a request id of its own that it keeps: where no
 * answer came the same is sent again, and what was done is not done twice.
 */
export function useBulk(tickets: readonly Ticket[]) {
  const queries = useQueryClient();
  const say = useReason();
  const problem = useProblem();
  const [outcomes, setOutcomes] = useState<readonly Outcome[] | null>(null);
  const sent = useRef<{ action: Action; values: Values; requests: Map<string, string> } | null>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false; // closed: those that were not begun stay as they are
    };
  }, []);
  const tell = (one: Outcome) => setOutcomes((now) => now && withOutcome(now, one));

  async function one(ticket: Ticket): Promise<void> {
    const { action, values, requests } = sent.current ?? {};
    const request = requests?.get(ticket.number);
    if (!here.current || !action || !request) return;
    tell({ number: ticket.number, state: "doing", why: null });
    const body = { reason: "", pictures: [], folded: false, ...values };
    const params = { path: { name: ticket.number } };
    try {
      await given(
        api.POST("/api/tickets/{name}/actions", {
          params,
          body: { ...body, action, request, version: ticket.version },
        }),
      );
      tell({ number: ticket.number, state: "done", why: null });
    } catch (error) {
      const open = !(error instanceof Problem) || error.status === 0;
      tell({
        number: ticket.number,
        state: open ? "open" : "refused",
        why: open ? null : problem(error).says,
      });
    }
  }

  async function run(those: readonly Ticket[]): Promise<void> {
    await inTurns(those, AT_ONCE, one);
    void queries.invalidateQueries({ queryKey: ["ticket"] });
  }

  return {
    outcomes,
    start: (action: string, values: Values) => {
      const first = begun(tickets, action, say);
      const waiting = new Set(first.filter(({ state }) => state === "waiting").map(({ number }) => number));
      const those = tickets.filter(({ number }) => waiting.has(number));
      const requests = new Map(those.map(({ number }) => [number, newRequest()]));
      sent.current = { action: action as Action, values, requests };
      setOutcomes(first);
      void run(those);
    },
    /** Those of which nobody knows whether they were done. */
    again: () => {
      const open = new Set(outcomes?.filter(({ state }) => state === "open").map(({ number }) => number));
      void run(tickets.filter(({ number }) => open.has(number)));
    },
  };
}
