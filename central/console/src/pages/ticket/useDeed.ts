import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, given, type Schema } from "@/api/client";
import { newRequest } from "@/requests";
import type { Option, Ticket } from "./asking";
import { refusedOf } from "./refusals";

type Asked = Schema<"ActionAsked">;
export type Values = Partial<Pick<Asked, "department" | "post" | "until" | "amount" | "into" | "level">> & {
  reason?: string;
};

/**
 * One action on a ticket as it was seen when this began. A double click is one request; after a refusal the
 * next try is a new one, and goes by the version that the refusal told of.
 */
export function useDeed(ticket: Ticket, option: Option, onDone: (folded: number) => void) {
  const queries = useQueryClient();
  const request = useRef(newRequest());
  const version = useRef(ticket.version);
  const deed = useMutation({
    mutationFn: ({ values, pictures, folded }: { values: Values; pictures: string[]; folded: boolean }) =>
      given(
        api.POST("/api/tickets/{name}/actions", {
          params: { path: { name: ticket.number } },
          body: {
            reason: "",
            ...values,
            action: option.action as Asked["action"],
            version: version.current,
            request: request.current,
            pictures,
            folded,
          },
        }),
      ),
    onSuccess: (performed) => onDone(performed.folded.filter(({ why_not }) => !why_not).length),
    onError: (error) => {
      const refused = refusedOf(error);
      if (!refused || refused.open) return;
      request.current = newRequest();
      if (refused.version !== null) version.current = refused.version;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["ticket", ticket.number] }),
  });
  return { ...deed, refused: refusedOf(deed.error) };
}
