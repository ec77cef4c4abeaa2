import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";

type Asked = Schema<"MarkAsked">;
export type FalseReason = NonNullable<Asked["reason"]>;

/** Says whether a ticket was right; the last word counts. */
export function useMarking(number: string, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { mark: Asked["mark"]; reason?: FalseReason; words?: string }) =>
      given(
        api.POST("/api/tickets/{name}/marks", {
          params: { path: { name: number } },
          body: { words: "", ...asked },
        }),
      ),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ["ticket", number] }),
  });
}
