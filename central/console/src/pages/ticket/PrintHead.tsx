import { encode } from "uqr";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { useFormats } from "@/words/useFormats";
import type { Ticket } from "./asking";
import styles from "./PrintHead.module.css";

/** On paper alone: the number, a code that leads back here, who printed it and when. */
export function PrintHead({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { moment } = useFormats();
  const me = useMe();
  const when = usePrinted();
  const address = `${location.origin}/tickets/${ticket.number}`;
  return (
    <header className={styles.head}>
      <div>
        <p className={styles.number}>
          格物 Gewu · {t("ticket")} {ticket.number}
        </p>
        <p>{address}</p>
        <p>{t("printed", { when: moment(when), who: me?.login ?? "" })}</p>
      </div>
      <Code text={address} />
    </header>
  );
}

/** The moment of the last printing, as it begins. */
function usePrinted(): number {
  const [when, setWhen] = useState(Date.now);
  useEffect(() => {
    const now = () => setWhen(Date.now());
    addEventListener("beforeprint", now);
    return () => removeEventListener("beforeprint", now);
  }, []);
  return when;
}

function Code({ text }: { text: string }) {
  const { size, data } = useMemo(() => encode(text, { ecc: "M", border: 2 }), [text]);
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
