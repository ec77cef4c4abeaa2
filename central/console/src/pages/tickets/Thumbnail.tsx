import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { useCodes } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Card.module.css";

/** The picture that shows a ticket best, or what is said in its place. */
export function Thumbnail({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const of = useCodes("tickets");
  const here = ticket.evidence.filter((picture) => picture.here && picture.media_type.startsWith("image/"));
  const shown = here.findLast(({ role }) => role === "scene") ?? here.at(-1);
  if (shown) {
    const url = pictureUrl(shown, ticket.number);
    return (
      <img
        className={styles.figure}
        src={url}
        alt={of("roles", shown.role)}
        loading="lazy"
        decoding="async"
      />
    );
  }
  const says = ticket.evidence.length ? t("pictureComing") : t("pictureNone");
  return <div className={`${styles.figure} ${styles.none}`}>{says}</div>;
}
