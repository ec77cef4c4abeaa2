import { useTranslation } from "react-i18next";
import { useMoreWords } from "@/small/useMoreWords";
import type { Reason } from "@/words/reasons";
import { sayingOf } from "@/words/saying";
import { useLanguage } from "@/words/useWords";
import { useOwnFormats } from "../useSync";

/** A reason in the reader's words; as it came, until those are there. */
export function Said({ reason }: { reason: Reason }) {
  const { i18n } = useTranslation();
  const language = useLanguage();
  const say = sayingOf(i18n, language, useOwnFormats());
  useMoreWords();
  return <span title={language === "en" ? reason.text : undefined}>{say(reason)}</span>;
}
