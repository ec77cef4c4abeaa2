import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import type { Texts } from "./drawing";
import { shown } from "./figures";

/** What charts say, in the reader's language. */
export function useTexts(): Texts {
  const { t } = useTranslation("indicators");
  const formats = useFormats();
  const named = useNamed();
  return useMemo(
    () => ({
      figure: (name) => t(`figures.${name}`),
      group: (group) => named(group),
      value: (name, value) => shown(name, value, formats),
      found: { machine: t("machine"), drone: t("drone"), people: t("people") },
      number: (value) => formats.number(value),
      hours: t("hours"),
    }),
    // `named` is made anew at each render and changes with the language alone, as `t` does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, formats],
  );
}
