import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keepPlace } from "@/api/signedout";
import { newRequest } from "@/requests";
import { useNamed } from "@/words/useWords";
import { askForm, type AskedForm } from "./asking";
import { Kinds } from "./Kinds";
import type { Outbox } from "./outbox";
import { PhotoField } from "./PhotoField";
import { Place } from "./Place";
import styles from "./Report.module.css";
import { NO_DRAFT, type Draft, type FormAnswer, type Named, type Spot } from "./shapes";
import type { Store } from "./store";
import { Waits } from "./Waits";

const MOST_SIGNS = 500;

/** What, where, a photo, a few words. What is not sent yet is kept as it is. */
export function Form({ store, outbox, first }: { store: Store; outbox: Outbox; first: Draft }) {
  const { t } = useTranslation("report");
  const [draft, setDraft] = useState(first);
  const [asked, setAsked] = useState<AskedForm | null>(null);
  const [trouble, setTrouble] = useState<"chooseKind" | "choosePlace" | "away" | null>(null);
  const at = new URLSearchParams(location.search).get("at");
  const change = (part: Partial<Draft>) => {
    setTrouble(null);
    setDraft((known) => ({ ...known, ...part }));
  };
  useAsked(at, first, setAsked, change, () => setTrouble("away"));
  useEffect(() => void store.keepDraft(draft).catch(() => null), [store, draft]);
  const top = useRef<HTMLHeadingElement>(null);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    const { kind, spot } = draft;
    scrollTo(0, 0);
    if (!asked || kind === null || spot === null)
      return setTrouble(kind === null ? "chooseKind" : "choosePlace");
    const made = { kind, text: draft.text, seen: new Date().toISOString(), ...whereOf(spot, at) };
    const how = { signedIn: asked.form.signed_in, made: Date.now(), tries: 0, photoLost: false };
    await outbox.put({ report: { id: newRequest(), ...made }, photo: draft.photo, ...how });
    setDraft({ ...NO_DRAFT, spot: "at" in spot ? spot : null });
    top.current?.focus();
    void outbox.sendAll();
  }

  const form = asked?.form ?? null;
  return (
    <>
      <h1 ref={top} tabIndex={-1}>
        {t("title")}
      </h1>
      {trouble && <p role="alert">{t(trouble)}</p>}
      <About asked={asked} waiting={!trouble} />
      <Waits outbox={outbox} kinds={form?.kinds ?? []} signedIn={form?.signed_in ?? null} />
      {form && takes(form) && <Fields form={form} draft={draft} change={change} onSend={send} />}
      {form && !form.signed_in && (
        <p className={styles.hint}>
          <a href="/signin" onClick={keepPlace}>
            {t("signIn")}
          </a>
        </p>
      )}
    </>
  );
}

const takes = (form: FormAnswer): boolean => form.citizens || form.signed_in;

/** What is to be said before the form. */
function About({ asked, waiting }: { asked: AskedForm | null; waiting: boolean }) {
  const { t } = useTranslation("report");
  if (!asked) return waiting ? <p role="status">{t("loading")}</p> : null;
  return (
    <>
      {asked.noSign && <p role="alert">{t("noSign")}</p>}
      {!takes(asked.form) && <p role="alert">{t("notHere")}</p>}
      {asked.old && <p className={styles.hint}>{t("offline")}</p>}
    </>
  );
}

interface Filled {
  form: FormAnswer;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  onSend: (event: FormEvent) => Promise<void>;
}

function Fields({ form, draft, change, onSend }: Filled) {
  const { t } = useTranslation("report");
  const named = useNamed();
  return (
    <form method="post" onSubmit={(event) => void onSend(event)}>
      <p className={styles.hint}>{named(form.asked)}</p>
      <Kinds kinds={form.kinds} chosen={draft.kind} onChoose={(kind) => change({ kind })} />
      <Place spot={draft.spot} worst={form.worst_accuracy_m} onSpot={(spot) => change({ spot })} />
      <fieldset>
        <legend>{t("more")}</legend>
        {form.photos === null ? (
          <PhotoField photo={draft.photo} onPhoto={(photo) => change({ photo })} />
        ) : (
          <p className={styles.hint}>{t("noPhoto")}</p>
        )}
        <label className={styles.text}>
          <span>{t("text")}</span>
          <textarea
            rows={3}
            maxLength={MOST_SIGNS}
            value={draft.text}
            onChange={({ currentTarget }) => change({ text: currentTarget.value })}
          />
        </label>
      </fieldset>
      <button type="submit" data-main>
        {t("send")}
      </button>
    </form>
  );
}

function whereOf(spot: Spot, at: string | null): Partial<Named> {
  if ("at" in spot) return { at: spot.at };
  return at ? { ...spot, at } : spot;
}

/** Asks for the form, again when the line comes back. A sign says where it is, and often what is reported there. */
function useAsked(
  at: string | null,
  first: Draft,
  onAsked: (asked: AskedForm) => void,
  change: (part: Partial<Draft>) => void,
  onAway: () => void,
): void {
  const once = useRef(false);
  useEffect(() => {
    const look = async (): Promise<void> => {
      try {
        const asked = await askForm(at);
        onAsked(asked);
        const { place } = asked.form;
        if (once.current) return;
        once.current = !asked.old;
        if (place)
          change({ spot: { at: place.code, name: place.name }, ...(place.kind ? { kind: place.kind } : {}) });
        else if (first.spot && "at" in first.spot) change({ spot: null }); // of another sign
      } catch {
        onAway();
      }
    };
    void look();
    const again = () => void look();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for the page's life
  }, []);
}
