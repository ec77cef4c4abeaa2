import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { Marked } from "@/pictures/Marked";
import type { Picture } from "./asking";
import styles from "./Compare.module.css";
import type { OutlinesOf } from "./Evidence";

interface Props {
  number: string;
  before: Picture;
  after: Picture;
  outlinesOf: OutlinesOf;
}

/** Before over after; a slider says how much of each is seen. */
export function Compare({ number, before, after, outlinesOf }: Props) {
  const { t } = useTranslation("ticket");
  const [share, setShare] = useState(50);
  return (
    <div className={styles.compare}>
      <div className={styles.stage}>
        <Marked src={pictureUrl(after, number)} alt={t("after")} eager />
        <div className={styles.over} style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
          <Marked src={pictureUrl(before, number)} alt={t("before")} outlines={outlinesOf(before)} eager />
        </div>
        <div className={styles.edge} style={{ left: `${share}%` }} />
        <input
          className={styles.slider}
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label={t("compare.move")}
          onChange={(event) => setShare(Number(event.target.value))}
        />
      </div>
      <p className={styles.words}>
        <span>{t("before")}</span>
        <span>{t("after")}</span>
      </p>
    </div>
  );
}
