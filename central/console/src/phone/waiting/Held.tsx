import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "@/small/Refused";
import { useCodes } from "@/words/useWords";
import { offered } from "../engine/doing";
import type { Waiting } from "../engine/shapes";
import { Mine } from "../photos/PhotoPick";
import { One } from "../ticket/Trail";
import { useOwnFormats, useShown, useSync } from "../useSync";
import styles from "./Waiting.module.css";

/** Something that the centre did not take: why, what happened meanwhile, and what can be made of it. Nothing goes by itself. */
export function Held({ waiting }: { waiting: Waiting }) {
  const { t } = useTranslation("phone");
  const codes = useCodes("casework");
  const formats = useOwnFormats();
  const { held } = waiting;
  if (!held) return null;
  const what = waiting.action === null ? t("comment") : codes("actions", waiting.action);
  return (
    <section className={styles.held} aria-label={t("held.label", { what, ticket: waiting.ticket })}>
      <h2>{t(`held.${held.why}`, { what, ticket: waiting.ticket })}</h2>
      {held.why === "changed" && held.since.length > 0 ? (
        <ul className={styles.since}>
          {held.since.map((line) => (
            <One key={line.seq} line={line} />
          ))}
        </ul>
      ) : (
        <p>
          {held.why === "photo" ? (
            t("held.photoWhy")
          ) : (
            <Refused why={{ ...held, status: held.status ?? 0 }} formats={formats} />
          )}
        </p>
      )}
      <Own waiting={waiting} />
      <Choices waiting={waiting} what={what} />
    </section>
  );
}

/** One's own words and photos: they are not lost. */
export function Own({ waiting }: { waiting: Waiting }) {
  const { t } = useTranslation("phone");
  return (
    <>
      {waiting.text && <blockquote>{waiting.text}</blockquote>}
      {waiting.photos.length > 0 && (
        <div className={styles.photos}>
          {waiting.photos.map((photo, n) => (
            <Mine key={photo.id} photo={photo} label={t("photo.nth", { n: n + 1 })} />
          ))}
        </div>
      )}
    </>
  );
}

function Choices({ waiting, what }: { waiting: Waiting; what: string }) {
  const { t } = useTranslation("phone");
  const codes = useCodes("casework");
  const { tickets } = useShown();
  const sync = useSync();
  const ticket = tickets.find(({ number }) => number === waiting.ticket);
  const still = ticket && offered(ticket, []).some(({ action }) => action === waiting.action);
  const words = waiting.action === null || waiting.held?.why === "photo";
  return (
    <>
      {ticket && waiting.action !== null && (
        <p>{t(still ? "held.still" : "held.notAnyMore", { state: codes("states", ticket.state), what })}</p>
      )}
      <div className={styles.choices}>
        {still && (
          <button type="button" data-main onClick={() => void sync.allTheSame(waiting, ticket.version)}>
            {t("held.allTheSame", { what })}
          </button>
        )}
        {waiting.held?.why === "photo" && (
          <button type="button" onClick={() => void sync.withoutPhotos(waiting)}>
            {t("held.withoutPhotos")}
          </button>
        )}
        {!words && (
          <button
            type="button"
            onClick={() => void sync.asComment(waiting, waiting.text || t("held.wanted", { what }))}
          >
            {t("held.asComment")}
          </button>
        )}
        <Drop waiting={waiting} />
      </div>
    </>
  );
}

/** Pressed twice, so that nothing is lost by a slip. */
function Drop({ waiting }: { waiting: Waiting }) {
  const { t } = useTranslation("phone");
  const sync = useSync();
  const [sure, setSure] = useState(false);
  return (
    <button type="button" onClick={() => (sure ? void sync.drop(waiting) : setSure(true))}>
      {t(sure ? "held.dropSure" : "held.drop")}
    </button>
  );
}
