import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Facts } from "@/parts/Facts";
import { useFormats } from "@/words/useFormats";
import styles from "./Start.module.css";

interface Props {
  stream: Schema<"Stream"> | null;
  still: NonNullable<Schema<"AskResult">["stills"]>[number] | null;
}

/** What a source gave when it was tried. */
export function Probed({ stream, still }: Props) {
  const { t } = useTranslation("start");
  const { number } = useFormats();
  return (
    <div className={styles.part}>
      <p className={styles.good} role="status">
        {t("camera.works")}
      </p>
      {still && (
        <img
          className={styles.picture}
          src={`/api/stills/${still.sha256}`}
          width={still.width}
          height={still.height}
          alt={t("camera.picture")}
        />
      )}
      {still && (
        <p className={styles.soft}>
          {still.hidden ? t("camera.masked", { count: still.hidden }) : t("camera.maskedNone")}
        </p>
      )}
      {stream && (
        <Facts
          facts={[
            [t("camera.size"), `${stream.width} × ${stream.height} px`],
            [t("camera.codec"), stream.codec],
            [
              t("camera.fps"),
              stream.fps != null &&
                t("camera.aSecond", { fps: number(stream.fps, { maximumFractionDigits: 1 }) }),
            ],
          ]}
        />
      )}
    </div>
  );
}
