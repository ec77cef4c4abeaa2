import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { Warning } from "../draft/warnings";
import type { Fault } from "../geometry/faults";

/** A warning in the reader's words, with its figures. */
export function useWarningWords(): (warning: Warning) => string {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const percent = (share: number) => number(share, { style: "percent", maximumFractionDigits: 0 });
  const outline = (fault: Fault): string => {
    switch (fault.code) {
      case "too_few":
        return t("warn.tooFew", { count: fault.points });
      case "outside":
        return t("warn.outside", { corner: fault.at + 1 });
      case "crosses":
        return t("warn.crosses", { first: fault.edges[0] + 1, second: fault.edges[1] + 1 });
      case "nothing":
        return t("warn.nothing");
    }
  };
  return (warning) => {
    switch (warning.code) {
      case "outline":
        return outline(warning.fault);
      case "overlaps":
        return t("warn.overlaps", { other: warning.other, share: percent(warning.share) });
      case "ignored":
        return t("warn.ignored", { share: percent(warning.share) });
      case "tiny":
        return t(warning.from === "seen" ? "warn.tinySeen" : "warn.tinyOutline", { pixels: warning.pixels });
      case "partly": {
        const { seen, enough, share } = warning;
        return t("warn.partly", { seen, enough, share: percent(share) });
      }
      case "small":
        return t("warn.small", { metres2: number(warning.metres2, { maximumFractionDigits: 1 }) });
      case "far": {
        const [pixel, accuracy] = [warning.pixel, warning.accuracy].map((metres) =>
          number(metres, { maximumFractionDigits: 1 }),
        ) as [string, string];
        return t("warn.far", { pixel, accuracy });
      }
      case "same_rule":
        return t("warn.sameRule", { rule: warning.rule });
      case "setting":
      case "hours":
        return t("warn.setting");
      default:
        return t(`warn.${warning.code}`);
    }
  };
}
