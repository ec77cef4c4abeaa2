import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { droppedShare, sizeOf } from "./figures";
import type { SourceFares } from "./worst";

const NOTHING = "–";
type Figure = number | null | undefined;
const known = (value: Figure, says: (value: number) => string): string =>
  value === null || value === undefined ? NOTHING : says(value);

/** Figures in the reader's words, each with its unit; a dash where nobody told it. */
export function useFigures() {
  const { t } = useTranslation("health");
  const { number, span } = useFormats();
  const one = { maximumFractionDigits: 1 };
  return {
    fps: (value: Figure) => known(value, (fps) => t("unit.fps", { value: number(fps, one) })),
    seconds: (value: Figure) => known(value, (s) => t("unit.s", { value: number(s, one) })),
    share: (value: Figure) => known(value, (share) => number(share, { style: "percent", ...one })),
    dropped: (report: SourceFares["report"]) =>
      known(droppedShare(report), (share) => number(share, { style: "percent", ...one })),
    size: (mb: Figure) =>
      known(mb, (value) => {
        const size = sizeOf(value);
        return `${number(size.value, size.unit === "MB" ? { maximumFractionDigits: 0 } : one)} ${size.unit}`;
      }),
    celsius: (value: Figure) => known(value, (c) => `${number(c, { maximumFractionDigits: 0 })} °C`),
    count: (value: Figure) => known(value, (many) => number(many)),
    span: (value: Figure) => known(value, span),
  };
}

/** What a source is called, and what is the matter with it in a few words. */
export function useSourceWords() {
  const codes = useCodes("health");
  const { t } = useTranslation("health");
  return {
    name: ({ source, id }: SourceFares) => source?.name ?? id,
    /** Its worst condition, else how its pictures come, else that nobody knows. */
    matter: ({ fares, conditions, report }: SourceFares, online: boolean | null | undefined): string => {
      const [first] = conditions;
      if (first) return codes("conditions", first.condition);
      if (report && report.state !== "ok" && fares !== "unknown") return codes("states", report.state);
      if (fares === "unknown") return t(online === false ? "nodeAway" : "fares.unknown");
      return t(`fares.${fares}`);
    },
    condition: (code: string) => codes("conditions", code),
    state: (code: string) => codes("states", code),
    trust: (code: string) => (code === NOTHING ? NOTHING : codes("trust", code)),
    trouble: (code: string) => codes("troubles", code),
  };
}
