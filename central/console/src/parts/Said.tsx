import { useReason } from "@/words/useReason";
import { useLanguage } from "@/words/useWords";
import type { Reason } from "@/words/reasons";

/** A reason in the reader's words; whoever reads the language in which it was said first has that on hover. */
export function Said({ reason }: { reason: Reason }) {
  const say = useReason();
  const language = useLanguage();
  return <span title={language === "en" ? reason.text : undefined}>{say(reason)}</span>;
}
