import { useTranslation } from "react-i18next";
import type { Reason } from "./reasons";
import { sayingOf } from "./saying";
import { useFormats } from "./useFormats";

const NEEDED = ["reasons", "casework", "readings", "things", "shell"] as const;

/** How to say a reason to the reader: in his language wherever its code is known, else as it came. */
export function useReason(): (reason: Reason) => string {
  const { i18n } = useTranslation(NEEDED);
  return sayingOf(i18n, i18n.language, useFormats());
}
