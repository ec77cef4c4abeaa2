import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { classes } from "@/parts/classes";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import styles from "./Filters.module.css";
import { FARES, KINDS, ONLINE, type Filters as Meant } from "./route";

const WRITING_MS = 300;

interface Props {
  meant: Meant;
  totals: Schema<"Totals"> | undefined;
  nodes: readonly string[];
  onChange: (change: Partial<Meant>) => void;
}

/** Which sources are shown; all of it is in the address. */
export function Filters({ meant, totals, nodes, onChange }: Props) {
  const { t } = useTranslation("health");
  const any = Object.values(meant).some((each) => each !== undefined);
  return (
    <div className={styles.bar} role="search" aria-label={t("filters")}>
      <Chips meant={meant} totals={totals} onChange={onChange} />
      <Written
        name="q"
        type="search"
        label={t("search")}
        className={styles.search}
        value={meant.q}
        onChange={(q) => onChange({ q })}
      />
      <Written
        name="node"
        label={t("nodeIs")}
        className={styles.node}
        value={meant.node}
        onChange={(node) => onChange({ node })}
        known={nodes.map(plainNode)}
      />
      <Chosen
        label={t("kind")}
        all={t("anyKind")}
        value={meant.kind}
        words={KINDS.map((each) => [each, t(`kinds.${each}`)] as const)}
        onChange={(kind) => onChange({ kind })}
      />
      <Chosen
        label={t("line")}
        all={t("anyLine")}
        value={meant.online}
        words={ONLINE.map((each) => [each, t(each === "yes" ? "nodeOnline" : "nodeOffline")] as const)}
        onChange={(online) => onChange({ online })}
      />
      {any && (
        <Button
          look="quiet"
          onClick={() =>
            onChange({ fares: undefined, kind: undefined, node: undefined, online: undefined, q: undefined })
          }
        >
          {t("clear")}
        </Button>
      )}
    </div>
  );
}

function Chips({ meant, totals, onChange }: Omit<Props, "nodes">) {
  const { t } = useTranslation("health");
  const { number } = useFormats();
  return (
    <div className={styles.fares} role="group" aria-label={t("howItFares")}>
      {FARES.map((fares) => (
        <button
          key={fares}
          type="button"
          className={styles.chip}
          data-fares={fares}
          aria-pressed={meant.fares === fares}
          onClick={() => onChange({ fares: meant.fares === fares ? undefined : fares })}
        >
          {t(`fares.${fares}`)} <strong>{totals ? number(totals[fares]) : "…"}</strong>
        </button>
      ))}
    </div>
  );
}

interface WrittenProps {
  name: string;
  type?: "search" | "text";
  label: string;
  className: string | undefined;
  value: string | undefined;
  known?: readonly string[];
  onChange: (value: string | undefined) => void;
}

/** A text that takes effect when the writing pauses. */
function Written({ name, type = "text", label, className, value = "", known, onChange }: WrittenProps) {
  const [draft, setDraft] = useState(value);
  const [last, setLast] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  if (last !== value) {
    setLast(value);
    setDraft(value); // a link or "clear" changed it
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  function write(said: string): void {
    setDraft(said);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const next = said.trim();
      setLast(next);
      onChange(next || undefined);
    }, WRITING_MS);
  }
  useShortcuts(type === "search" ? [{ keys: "/", says: label, run: () => field.current?.focus() }] : []);
  return (
    <>
      <input
        ref={field}
        type={type}
        name={name}
        list={known && `health-${name}`}
        className={classes(styles.control, className)}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        value={draft}
        onChange={({ target }) => write(target.value)}
      />
      {known && (
        <datalist id={`health-${name}`}>
          {known.slice(0, 500).map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </>
  );
}

interface ChosenProps<Word extends string> {
  label: string;
  all: string;
  value: Word | undefined;
  words: readonly (readonly [Word, string])[];
  onChange: (value: Word | undefined) => void;
}

function Chosen<Word extends string>({ label, all, value, words, onChange }: ChosenProps<Word>) {
  return (
    <select
      className={styles.control}
      aria-label={label}
      value={value ?? ""}
      onChange={({ target }) => onChange(words.find(([word]) => word === target.value)?.[0])}
    >
      <option value="">{all}</option>
      {words.map(([word, text]) => (
        <option key={word} value={word}>
          {text}
        </option>
      ))}
    </select>
  );
}
