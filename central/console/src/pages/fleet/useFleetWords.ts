import { useTranslation } from "react-i18next";
import type { Reason } from "@/words/reasons";
import { useReason } from "@/words/useReason";
import { useCodes } from "@/words/useWords";

/** What actions and their nodes say, in the reader's words; what a node says by itself, as nodes are said. */
export function useFleetWords() {
  const { t } = useTranslation("fleet");
  const codes = useCodes("fleet");
  const say = useReason();
  return {
    t,
    say: (reason: Reason) => say(reason),
    deed: (code: string) => codes("deeds", code),
    state: (code: string) => codes("states", code),
    nodeState: (code: string) => codes("nodeStates", code),
    ending: (code: string) => codes("endings", code),
    found: (code: string) => codes("found", code),
  };
}
