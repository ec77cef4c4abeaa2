import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { durationText } from "../draft/durations";
import type { Rule } from "../draft/shape";
import { wrongWith, type FieldOf } from "./fields";

/** What is wrong with a setting and what is allowed, in the reader's words; null where nothing is. */
export function useFaultWords(): (rule: Rule, field: FieldOf) => string | null {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  return (rule, field) => {
    const fault = wrongWith(rule, field);
    if (!fault) return null;
    const spans = field.sort === "duration" || field.sort === "allow";
    const limit = fault.limit ?? 0;
    const written = spans
      ? durationText(limit)
      : field.sort === "share"
        ? number(limit, { style: "percent", maximumFractionDigits: 1 })
        : number(limit);
    return t(`wrong.${fault.wrong}`, { limit: written });
  };
}
