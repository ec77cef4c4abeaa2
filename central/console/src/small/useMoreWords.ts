import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/words/languages";
import { useLanguage } from "@/words/useWords";

type Loads = Readonly<Record<string, () => Promise<{ default: object }>>>;

// Not in the first load; the service worker has them.
const load: Record<Language, Loads> = {
  zh: {
    problems: () => import("@/words/zh/problems.json"),
    reasons: () => import("@/words/zh/reasons.json"),
    readings: () => import("@/words/zh/readings.json"),
    things: () => import("@/words/zh/things.json"),
    casework: () => import("@/words/zh/casework.json"),
  },
  en: {
    problems: () => import("@/words/en/problems.json"),
    reasons: () => import("@/words/en/reasons.json"),
    readings: () => import("@/words/en/readings.json"),
    things: () => import("@/words/en/things.json"),
    casework: () => import("@/words/en/casework.json"),
  },
};

/** Has the words of reasons and refusals come, once they are needed; until then everything is shown as it came. */
export function useMoreWords(): void {
  const { i18n } = useTranslation();
  const language = useLanguage();
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
}
