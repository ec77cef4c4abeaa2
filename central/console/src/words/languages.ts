import { kept } from "@/look/kept";

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export const isLanguage = (word: unknown): word is Language => LANGUAGES.includes(word as Language);

/** The kept language, else the browser's. */
export function firstLanguage(): Language {
  const chosen = kept("language");
  return isLanguage(chosen) ? chosen : navigator.language.startsWith("zh") ? "zh" : "en";
}

export function mark(language: string): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
