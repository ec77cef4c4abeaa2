import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/problem";
import { problemWords, type Told } from "./problems";
import { useReason } from "./useReason";

/** How to say a problem to the reader. */
export function useProblem(): (problem: Problem) => Told {
  const { t, i18n } = useTranslation("problems");
  const say = useReason();
  const words = (group: string) =>
    (i18n.getResource(i18n.language, "problems", group) ?? {}) as Record<string, string>;
  function reason(code: string, text: string): string | null {
    const said = say({ code, text });
    return said === text ? null : said;
  }
  return ({ status, body, message }) =>
    problemWords(
      { status, code: typeof body.code === "string" ? body.code : null, text: message },
      {
        codes: words("codes"),
        statuses: words("statuses"),
        reason,
        other: (status) => t("other", { status }),
      },
      i18n.language === "en",
    );
}
