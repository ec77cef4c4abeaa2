import { useTranslation } from "react-i18next";
import type { Picture, Ticket } from "./asking";
import type { OutlinesOf } from "./Evidence";
import styles from "./Evidence.module.css";
import { Shot } from "./Shot";

interface Props {
  ticket: Ticket;
  before: Picture | null;
  after: Picture | null;
  outlinesOf: OutlinesOf;
  show: (picture: Picture) => void;
}

/** Before and after, side by side. */
export function Sides({ ticket, before, after, outlinesOf, show }: Props) {
  const { t } = useTranslation("ticket");
  const coming = ticket.evidence.some(({ here }) => !here);
  return (
    <div className={styles.sides}>
      {(["before", "after"] as const).map((side) => {
        const picture = side === "before" ? before : after;
        return (
          <div key={side}>
            <h3>{t(side)}</h3>
            {picture ? (
              <Shot
                number={ticket.number}
                picture={picture}
                outlines={outlinesOf(picture)}
                onOpen={() => show(picture)}
                large
              />
            ) : (
              <p className={styles.none}>
                {t(coming && side === "before" ? "pictureComing" : "pictureNone")}
              </p>
            )}
          </div>
        );
      })}
    </div>
  );
}
