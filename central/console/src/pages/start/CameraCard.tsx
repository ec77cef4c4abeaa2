import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { shortName, type Node, type Source } from "./progress";
import styles from "./Start.module.css";
import { TakeAway } from "./TakeAway";

const TONES: Readonly<Record<string, Tone>> = {
  ok: "good",
  starting: "info",
  ended: "neutral",
  failed: "bad",
};

/** A camera that the node watches, and how it fares. */
export function CameraCard({ node, source }: { node: Node; source: Source }) {
  const { t } = useTranslation("start");
  const of = useCodes("start");
  const { number } = useFormats();
  const { report } = source;
  const state = report?.state ?? "starting";
  const wrong = !["ok", "starting"].includes(state);
  return (
    <div className={styles.part} data-camera={source.id} data-state={state}>
      <p className={styles.row}>
        <b>{source.source?.name ?? source.id}</b>
        <span className={styles.soft}>{`${shortName(node.node)}/${source.id}`}</span>
        <Badge tone={TONES[state] ?? "warn"}>{of("states", state)}</Badge>
        {report?.fps != null && (
          <span className={styles.soft}>
            {t("camera.looks", { fps: number(report.fps, { maximumFractionDigits: 1 }) })}
          </span>
        )}
      </p>
      {report?.trouble && <p className={styles.warn}>{report.trouble}</p>}
      {wrong && <TakeAway node={shortName(node.node)} source={source.id} />}
    </div>
  );
}
