import { useTranslation } from "react-i18next";
import { reasonWords, type Reason } from "./reasons";
import { useFormats } from "./useFormats";

/** How to say a reason to the reader. */
export function useReason(): (reason: Reason) => string {
  const { i18n } = useTranslation("reasons");
  const { number } = useFormats();
  const found: unknown = i18n.getResource(i18n.language, "reasons", "codes");
  const templates = typeof found === "object" && found !== null ? (found as Record<string, string>) : {};
  return (reason) => reasonWords(reason, templates, number);
}
