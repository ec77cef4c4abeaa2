import { useReason } from "@/words/useReason";
import type { Reason } from "@/words/reasons";

/** A reason in the reader's words; what was said first is there on hover. */
export function Said({ reason }: { reason: Reason }) {
  const say = useReason();
  return <span title={reason.text}>{say(reason)}</span>;
}
