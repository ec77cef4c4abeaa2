import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/words/languages";
import type { Reason } from "@/words/reasons";
import { sayingOf } from "@/words/saying";
import { useLanguage } from "@/words/useWords";
import { useOwnFormats } from "../useSync";

type Loads = Readonly<Record<string, () => Promise<{ default: object }>>>;

// Not in the first load; the service worker has them.
const load: Record<Language, Loads> = {
  zh: {
    reasons: () => import("@/words/zh/reasons.json"),
    readings: () => import("@/words/zh/readings.json"),
    things: () => import("@/words/zh/things.json"),
    casework: () => import("@/words/zh/casework.json"),
  },
  en: {
    reasons: () => import("@/words/en/reasons.json"),
    readings: () => import("@/words/en/readings.json"),
    things: () => import("@/words/en/things.json"),
    casework: () => import("@/words/en/casework.json"),
  },
};

/** A reason in the reader's words; as it came, until those are there. */
export function Said({ reason }: { reason: Reason }) {
  const { i18n } = useTranslation("reasons");
  const language = useLanguage();
  const say = sayingOf(i18n, language, useOwnFormats());
  const [, setLoaded] = useState<Language | null>(null);
  useEffect(() => {
    const missing = Object.entries(load[language]).filter(
      ([name]) => !i18n.hasResourceBundle(language, name),
    );
    if (!missing.length) return;
    const one = async ([name, words]: (typeof missing)[number]) =>
      i18n.addResourceBundle(language, name, (await words()).default);
    Promise.all(missing.map(one))
      .then(() => setLoaded(language))
      .catch(() => null); // as it came, then
  }, [i18n, language]);
  return <span title={reason.text}>{say(reason)}</span>;
}
