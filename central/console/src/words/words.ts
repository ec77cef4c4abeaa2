// Both languages. Each namespace is a small file of its own that is loaded when a page first uses it.
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { keep } from "@/look/kept";
import { firstLanguage, isLanguage, LANGUAGES, mark, type Language } from "./languages";

export { isLanguage, LANGUAGES, type Language };

const files = import.meta.glob<Record<string, unknown>>("./*/*.json", { import: "default" });

const load = (language: string, namespace: string): Promise<Record<string, unknown>> =>
  files[`./${language}/${namespace}.json`]?.() ??
  Promise.reject(new Error(`no words: ${language}/${namespace}`));

/** also: what the page that is opened needs besides, so that it has not to wait once more. */
export async function startWords(...also: string[]): Promise<i18n> {
  i18next.use(initReactI18next).use({
    type: "backend",
    read: (language: string, namespace: string, done: (error: unknown, found: unknown) => void) => {
      load(language, namespace).then(
        (found) => done(null, found),
        (error: unknown) => done(error, null),
      );
    },
  });
  i18next.on("languageChanged", mark);
  await i18next.init({
    lng: firstLanguage(),
    supportedLngs: LANGUAGES,
    fallbackLng: false,
    ns: ["shell", ...also],
    defaultNS: "shell",
    interpolation: { escapeValue: false }, // React sets text as text
    returnNull: false,
  });
  return i18next;
}

/** The words of all that is shown are there before the page turns to the language: nothing flickers. */
export async function chooseLanguage(language: Language): Promise<void> {
  keep("language", language);
  const shown = Object.keys(i18next.store.data[i18next.language] ?? {});
  const found = await Promise.all(shown.map(async (name) => [name, await load(language, name)] as const));
  for (const [name, words] of found) i18next.addResourceBundle(language, name, words);
  await i18next.changeLanguage(language);
}
