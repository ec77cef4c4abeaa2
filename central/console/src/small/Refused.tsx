import { useTranslation } from "react-i18next";
import type { Formats } from "@/words/formats";
import { problemWords, type Given } from "@/words/problems";
import type { Templates } from "@/words/reasons";
import { sayingOf } from "@/words/saying";
import { useLanguage } from "@/words/useWords";
import { useMoreWords } from "./useMoreWords";

/** Why the centre did not take something, in the reader's words; as it came, until those are there. */
export function Refused({ why, formats }: { why: Given; formats: Formats }) {
  const { i18n } = useTranslation();
  const language = useLanguage();
  useMoreWords();
  if (!i18n.hasResourceBundle(language, "problems")) return why.text;
  const words = (group: string) => (i18n.getResource(language, "problems", group) ?? {}) as Templates;
  const told = {
    statuses: words("statuses") as Readonly<Record<string, string>>,
    say: sayingOf(i18n, language, formats, words("codes")),
    other: () => why.text,
  };
  return problemWords(why, told, language === "en").says;
}
