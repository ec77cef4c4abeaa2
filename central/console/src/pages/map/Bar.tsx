import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { Box } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Pick } from "@/parts/Pick";
import { useDepartment } from "@/words/useDepartment";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import styles from "./Bar.module.css";
import { counted, FILTERS, isNarrowed, type Search, SHOWN } from "./filters";
import type { Row } from "./rows";
import { useSearchTo } from "./useSearchTo";

interface Props {
  search: Search;
  /** Every ticket of the group. */
  rows: readonly Row[];
}

/** What is asked for; list and map go by it. */
export function Bar({ search, rows }: Props) {
  const { t } = useTranslation("map");
  const to = useSearchTo();
  const of = useCodes("tickets");
  const named = useNamed();
  const department = useDepartment();
  const kinds = new Map(rows.map(({ kind }) => [kind.word, kind]));
  const none = Object.fromEntries(FILTERS.filter((name) => name !== "show").map((name) => [name, undefined]));
  return (
    <div className={styles.bar} role="search" aria-label={t("filters")}>
      <Words search={search} />
      <Group search={search} />
      <Several
        name="kind"
        search={search}
        found={counted(rows, (row) => row.kind.word)}
        says={(word) => {
          const kind = kinds.get(word);
          return kind ? named(kind) : word.replaceAll("_", " ");
        }}
      />
      <Several
        name="state"
        search={search}
        found={counted(rows, (row) => row.state)}
        says={(word) => of("states", word)}
      />
      <Several name="dept" search={search} found={counted(rows, (row) => row.department)} says={department} />
      <Toggle on={search.late === true} onClick={() => to({ late: search.late ? undefined : true })}>
        {t("late")}
      </Toggle>
      <Toggle on={search.high === true} onClick={() => to({ high: search.high ? undefined : true })}>
        {t("high")}
      </Toggle>
      {search.cell && (
        <Chip says={t("inCell", { cell: search.cell })} onDrop={() => to({ cell: undefined })} />
      )}
      {search.box && <Chip says={t("inBox")} onDrop={() => to({ box: undefined })} />}
      {isNarrowed(search) && (
        <Button look="quiet" onClick={() => to(none)}>
          {t("dropAll")}
        </Button>
      )}
    </div>
  );
}

const TYPING_MS = 180;

function Words({ search }: { search: Search }) {
  const { t } = useTranslation("map");
  const to = useSearchTo();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState({ words: search.q ?? "", from: search.q });
  if (said.from !== search.q) setSaid({ words: search.q ?? "", from: search.q });
  useShortcuts([{ keys: "/", says: t("search"), run: () => field.current?.focus() }]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (words: string) => {
    setSaid({ ...said, words });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => to({ q: words.trim() || undefined }), TYPING_MS);
  };
  return (
    <label className={styles.words}>
      <Icon name="search" small />
      <input
        ref={field}
        type="search"
        value={said.words}
        maxLength={80}
        aria-label={t("search")}
        placeholder={t("searchHint")}
        onChange={(event) => typed(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

function Group({ search }: { search: Search }) {
  const { t } = useTranslation("tickets");
  const to = useSearchTo();
  const { show = "open" } = search;
  return (
    <div className={styles.group} role="group" aria-label={t("filter")}>
      {SHOWN.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === show}
          onClick={() => to({ show: each === "open" ? undefined : each })}
        >
          {t(`show.${each}`)}
        </button>
      ))}
    </div>
  );
}

interface SeveralProps {
  name: "kind" | "state" | "dept";
  search: Search;
  found: readonly (readonly [word: string, many: number])[];
  says: (word: string) => string;
}

/** Those of a list that are wanted; none: all. */
function Several({ name, search, found, says }: SeveralProps) {
  const { t } = useTranslation("map");
  const { number } = useFormats();
  const to = useSearchTo();
  const chosen = search[name] ?? [];
  const gone = chosen
    .filter((word) => !found.some(([other]) => other === word))
    .map((word) => [word, 0] as const);
  const flip = (word: string, on: boolean) => {
    const left = on ? [...chosen, word] : chosen.filter((each) => each !== word);
    to({ [name]: left.length ? left : undefined });
  };
  return (
    <Pick label={t(`several.${name}`)} many={chosen.length}>
      {[...found, ...gone].map(([word, many]) => (
        <Box
          key={word}
          checked={chosen.includes(word)}
          onChange={(event) => flip(word, event.target.checked)}
          label={
            <span className={styles.counted}>
              {says(word)} <span className={styles.many}>{number(many)}</span>
            </span>
          }
        />
      ))}
      {!found.length && !gone.length && <p className={styles.many}>{t("noneOfThese")}</p>}
      {chosen.length > 0 && (
        <Button look="quiet" onClick={() => to({ [name]: undefined })}>
          {t("dropThese")}
        </Button>
      )}
    </Pick>
  );
}

function Toggle({ on, onClick, children }: { on: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <Button className={on ? styles.on : undefined} aria-pressed={on} onClick={onClick}>
      {children}
    </Button>
  );
}

function Chip({ says, onDrop }: { says: string; onDrop: () => void }) {
  const { t } = useTranslation("map");
  return (
    <Button className={styles.on} onClick={onDrop} aria-label={t("drop", { what: says })}>
      {says}
      <Icon name="close" small />
    </Button>
  );
}
