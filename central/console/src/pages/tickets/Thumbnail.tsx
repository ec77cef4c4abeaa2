import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { useReading } from "@/words/useReading";
import { useCodes } from "@/words/useWords";
import type { Ticket } from "./asking";
import styles from "./Card.module.css";

/** The picture that shows a ticket best, or what is said in its place. */
export function Thumbnail({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const of = useCodes("tickets");
  const reading = useReading();
  const told = (first: Ticket["readings"][number]) => `${reading(first).name} ${reading(first).value}`;
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
  const [first] = ticket.readings;
  if (!ticket.evidence.length && first) return <Missing>{told(first)}</Missing>;
  return <Missing>{ticket.evidence.length ? t("pictureComing") : t("pictureNone")}</Missing>;
}

function Missing({ children }: { children: ReactNode }) {
  return <div className={`${styles.figure} ${styles.none}`}>{children}</div>;
}
