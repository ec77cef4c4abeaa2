import { useTranslation } from "react-i18next";
import { useCodes } from "@/words/useWords";
import type { Line, Ticket } from "../engine/shapes";
import { useOwnFormats } from "../useSync";
import { Said } from "./Said";
import styles from "./Ticket.module.css";

const TOLD = ["acted", "commented", "opened", "reopened", "cleared", "looked", "merged"];

/** What was done and said last. */
export function Trail({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("phone");
  const lines = (ticket.log ?? []).filter(({ effect }) => TOLD.includes(effect)).reverse();
  if (!lines.length) return null;
  return (
    <details className={styles.trail}>
      <summary>{t("ticket.trail", { count: lines.length })}</summary>
      <ul>
        {lines.map((line) => (
          <One key={line.seq} line={line} />
        ))}
      </ul>
    </details>
  );
}

export function One({ line }: { line: Line }) {
  const { t } = useTranslation("phone");
  const { when, exact } = useOwnFormats();
  const codes = useCodes("casework");
  const said = line.effect === "commented" || line.action !== null;
  return (
    <li>
      <b>{line.action ? codes("actions", line.action) : codes("effects", line.effect)}</b>{" "}
      <time dateTime={line.at} title={exact(line.at)}>
        {when(line.at)}
      </time>{" "}
      · {line.who ?? t("byCentre")}
      {said && line.reason.text && (
        <p>
          <Said reason={line.reason} />
        </p>
      )}
    </li>
  );
}
