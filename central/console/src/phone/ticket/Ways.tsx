import { useTranslation } from "react-i18next";
import { useNamed } from "@/words/useWords";
import type { Ticket } from "../engine/shapes";
import { waysTo } from "../near/links";
import { placeOf } from "../near/near";
import { useShown } from "../useSync";
import styles from "./Ticket.module.css";

/** Opens a map's own navigation to the place; the phone's own map first, where it is no iPhone. */
export function Ways({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("phone");
  const { datum } = useShown();
  const named = useNamed();
  const place = placeOf(ticket);
  if (!place) return <p className={styles.noPlace}>{t("ways.none")}</p>;
  const label = `${ticket.number} ${named(ticket.kind)}`;
  const apple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
  const ways = waysTo(place, label, datum).filter(({ name }) => (apple ? name !== "own" : name !== "apple"));
  return (
    <nav className={styles.ways} aria-label={t("ways.title")}>
      {ways.map(({ name, url }) => (
        <a key={name} href={url} rel="noreferrer" target={name === "own" ? undefined : "_blank"}>
          {t(`ways.${name}`)}
        </a>
      ))}
    </nav>
  );
}
