import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/words/languages";
import { reasonWords, type Reason } from "@/words/reasons";
import { useLanguage } from "@/words/useWords";
import { useOwnFormats } from "../useSync";

type Templates = Readonly<Record<string, string>>;

// Not in the first load; the service worker has them.
const load: Record<Language, () => Promise<{ default: { codes: Templates } }>> = {
  zh: () => import("@/words/zh/reasons.json"),
  en: () => import("@/words/en/reasons.json"),
};

/** A reason in the reader's words; as it came, until those are there. */
export function Said({ reason }: { reason: Reason }) {
  const { i18n } = useTranslation("reasons");
  const language = useLanguage();
  const { number } = useOwnFormats();
  const [, setLoaded] = useState<Language | null>(null);
  useEffect(() => {
    if (i18n.hasResourceBundle(language, "reasons")) return;
    load[language]()
      .then((found) => {
        i18n.addResourceBundle(language, "reasons", found.default);
        setLoaded(language);
      })
      .catch(() => null); // as it came, then
  }, [i18n, language]);
  const codes = (i18n.getResource(language, "reasons", "codes") ?? {}) as Templates;
  return <span title={reason.text}>{reasonWords(reason, codes, number)}</span>;
}
