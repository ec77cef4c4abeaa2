// Words of the small pages: both languages are in their bundle, so that they turn without a line.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { keep } from "@/look/kept";
import type { Namespace } from "@/words/known";
import { firstLanguage, LANGUAGES, mark, type Language } from "@/words/languages";

export type BothLanguages = Record<Language, Partial<Record<Namespace, object>>>;

export async function startSmallWords(resources: BothLanguages, first: Namespace): Promise<void> {
  i18next.use(initReactI18next);
  i18next.on("languageChanged", mark);
  await i18next.init({
    lng: firstLanguage(),
    supportedLngs: LANGUAGES,
    fallbackLng: false,
    resources: resources as Record<Language, Record<string, object>>,
    defaultNS: first,
    interpolation: { escapeValue: false }, // React sets text as text
    returnNull: false,
  });
}

export function turnTo(language: Language): void {
  keep("language", language);
  void i18next.changeLanguage(language);
}
