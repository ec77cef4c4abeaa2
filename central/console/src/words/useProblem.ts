import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/problem";
import { isLanguage } from "./languages";
import { problemWords, type Told } from "./problems";
import type { Templates } from "./reasons";
import { sayingOf } from "./saying";
import { useFormats } from "./useFormats";

const NEEDED = ["problems", "reasons", "casework", "readings", "things", "shell"] as const;

/** How to say a problem to the reader. */
export function useProblem(): (problem: Problem) => Told {
  const { t, i18n } = useTranslation(NEEDED);
  const formats = useFormats();
  const language = isLanguage(i18n.language) ? i18n.language : "en";
  const words = (group: string) => (i18n.getResource(language, "problems", group) ?? {}) as Templates;
  const say = sayingOf(i18n, language, formats, words("codes"));
  const told = {
    statuses: words("statuses") as Readonly<Record<string, string>>,
    say,
    other: (status: number) => t("other", { ns: "problems", status }),
  };
  return ({ status, body, message }) =>
    problemWords({ ...body, status, code: body.code, text: message }, told, language === "en");
}
