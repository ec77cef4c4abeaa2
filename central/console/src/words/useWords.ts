import { useTranslation } from "react-i18next";
import type { Namespace } from "./known";
import { isLanguage, type Language } from "./languages";

/** The language that is shown. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : "en";
}

/** What the centre names in both languages, in the reader's. */
export function useNamed(): (named: { zh: string; en: string }) => string {
  const language = useLanguage();
  return (named) => named[language];
}

/**
 * Words for what the centre says by a code, e.g. `useCodes("tickets")("states", ticket.state)`.
 * A code without words is shown as it is.
 */
export function useCodes(namespace: Namespace): (group: string, code: string) => string {
  const { i18n } = useTranslation(namespace);
  return (group, code) => {
    const found: unknown = i18n.getResource(i18n.language, namespace, `${group}.${code}`);
    return typeof found === "string" ? found : code.replaceAll("_", " ");
  };
}
