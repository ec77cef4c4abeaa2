import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";

/** How long ago a moment is, with the exact one on hover. `now` in ms. */
export function Ago({ at, now, className }: { at: string; now: number; className?: string }) {
  const { t } = useTranslation();
  const { span, exact } = useFormats();
  const seconds = (now - Date.parse(at)) / 1_000;
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {seconds < 5 ? t("justNow") : t("ago", { span: span(rounded(seconds)) })}
    </time>
  );
}

/** Seconds matter for a minute, minutes for a day. */
const rounded = (seconds: number): number =>
  seconds < 60 ? Math.round(seconds / 5) * 5 : seconds < 86_400 ? Math.floor(seconds / 60) * 60 : seconds;
