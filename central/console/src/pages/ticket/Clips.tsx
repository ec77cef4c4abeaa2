import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import type { Ticket } from "./asking";
import styles from "./Clips.module.css";
import { clipsOf } from "./sights";

/** Masked clips that came with the ticket. */
export function Clips({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  return clipsOf(ticket).map((clip) => (
    <figure key={clip.sha256} className={styles.clip}>
      <video
        controls
        preload="metadata"
        src={`${clip.url}?reason=${ticket.number}`}
        aria-label={t("clip")}
        muted
      />
      <figcaption>
        {t("clip")} · <Moment at={clip.taken} /> · {t("clipAbout")}
      </figcaption>
    </figure>
  ));
}
