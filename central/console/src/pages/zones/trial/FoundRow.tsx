import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { useFormats } from "@/words/useFormats";
import { useKindNames } from "../asking/kinds";
import { Reasons } from "../Reasons";
import type { Pair, Sort, Supposed } from "./pairing";
import { Shots } from "./Shots";
import styles from "./Trial.module.css";
import type { Marking, Said } from "./useMarking";

const TONES: Record<Sort, Tone> = { both: "neutral", gone: "info", new: "warn" };
const MARKS: Record<string, Tone> = { right: "good", false_alarm: "bad", missed: "warn" };

interface Props {
  pair: Pair;
  selected: boolean;
  onSelect: () => void;
  marking: Marking;
}

/** One situation: when, what, why, and what people say of it. */
export function FoundRow({ pair, selected, onSelect, marking }: Props) {
  const { t } = useTranslation("zones");
  const names = useKindNames();
  const { one, sort } = pair;
  const { ticket, mark } = marking.of(pair);
  return (
    <li data-key={pair.key} data-sort={sort} className={styles.row} data-selected={selected || undefined}>
      <div className={styles.line}>
        <button type="button" className={styles.open} aria-expanded={selected} onClick={onSelect}>
          <Badge tone={TONES[sort]}>{t(`trial.sorts.${sort}`)}</Badge>
          <strong>{names(one.kind)}</strong>
          <span>{one.zone}</span>
          <Times one={one} />
        </button>
        {mark && <Badge tone={MARKS[mark] ?? "neutral"}>{t(`mark.said.${mark as Said}`)}</Badge>}
        {ticket && (
          <Link
            to="/tickets/$name"
            params={{ name: ticket }}
            className={styles.ticket}
            aria-label={t("trial.ticket", { ticket })}
          >
            {ticket}
          </Link>
        )}
        {(["right", "false_alarm", "missed"] as const)
          .filter((said) => marking.can(pair, said))
          .map((said) => (
            <Button
              key={said}
              look="quiet"
              aria-pressed={mark === said}
              onClick={() => marking.say(pair, said)}
            >
              {t(`mark.${said}`)}
            </Button>
          ))}
      </div>
      {selected && (
        <div className={styles.reasons}>
          <Reasons reasons={one.reasons ?? []} />
          <Shots one={pair.now?.evidence?.length ? pair.now : one} ticket={ticket} />
        </div>
      )}
    </li>
  );
}

function Times({ one }: { one: Supposed }) {
  const { t } = useTranslation("zones");
  const { when, span } = useFormats();
  const lasted = one.cleared ? (Date.parse(one.cleared) - Date.parse(one.since)) / 1000 : null;
  return (
    <span className={styles.times}>
      <time dateTime={one.opened}>{when(one.opened)}</time>{" "}
      {lasted === null ? t("trial.stands") : t("trial.lasted", { span: span(lasted) })}
    </span>
  );
}
