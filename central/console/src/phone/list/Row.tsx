import { useTranslation } from "react-i18next";
import { useCodes, useNamed } from "@/words/useWords";
import { sights } from "../engine/pictures";
import { stateWith } from "../engine/doing";
import type { Near } from "../near/near";
import { Way } from "../near/Way";
import { useNow } from "../useNow";
import { usePictureKept } from "../usePictureKept";
import { useOwnFormats, useQueueOf } from "../useSync";
import { inPage } from "../where";
import styles from "./List.module.css";
import { useSourceName } from "@/words/useSourceName";

/** A ticket of the list: what, where, how far, until when. */
export function Row({ near }: { near: Near }) {
  const { t } = useTranslation("phone");
  const sourceName = useSourceName();
  const { ticket } = near;
  const named = useNamed();
  const codes = useCodes("casework");
  const queue = useQueueOf(ticket.number);
  const url = usePictureKept(sights(ticket).before?.sha256 ?? null);
  return (
    <li>
      <a className={styles.row} href={`/phone/${ticket.number}`} onClick={inPage}>
        {url ? <img src={url} alt="" /> : <span className={styles.blank} />}
        <span className={styles.words}>
          <b>{named(ticket.kind)}</b>
          <span className={styles.place}>{ticket.place ?? sourceName(ticket.source)}</span>
          <span className={styles.facts}>
            <Due at={ticket.due_at} />
            <span>{codes("states", stateWith(ticket, queue))}</span>
            <span>{ticket.number}</span>
          </span>
          {queue.length > 0 && (
            <span className={queue.some(({ held }) => held) ? styles.held : styles.waits}>
              {queue.some(({ held }) => held) ? t("row.held") : t("row.waits")}
            </span>
          )}
        </span>
        <Way near={near} />
      </a>
    </li>
  );
}

/** How long is left, or how long it is late. */
export function Due({ at }: { at: string | null }) {
  const { t } = useTranslation("phone");
  const { span, exact } = useOwnFormats();
  const now = useNow();
  if (at === null) return null;
  const left = (Date.parse(at) - now) / 1000;
  const rounded = span(Math.floor(Math.abs(left) / 60) * 60);
  return (
    <time dateTime={at} title={exact(at)} data-late={left < 0 || undefined} className={styles.due}>
      {t(left < 0 ? "due.late" : "due.left", { span: rounded })}
    </time>
  );
}
