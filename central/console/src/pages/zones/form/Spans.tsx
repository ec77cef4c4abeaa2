import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import type { Span } from "../draft/shape";
import styles from "./Form.module.css";
import { BY_CALENDAR, WEEKDAYS, wrongSpan } from "./hours";

interface Props {
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
  told: ReadonlyMap<string, string>;
}

const DAYS = ["daily", ...WEEKDAYS, ...BY_CALENDAR] as const;

/** The same hours as a list: for exact minutes, and for whoever does not paint. */
export function Spans({ spans, onChange, told }: Props) {
  const { t } = useTranslation("zones");
  const put = (at: number, changed: Partial<Span>) =>
    onChange(spans.map((span, index) => (index === at ? { ...span, ...changed } : span)));
  const toggled = ({ days }: Span, day: string) => {
    const rest = days.filter((each) => each !== day && each !== "daily");
    if (day === "daily") return ["daily"];
    return days.includes(day) ? rest : [...rest, day];
  };
  return (
    <fieldset className={styles.set}>
      <legend>{t("hours.list")}</legend>
      {spans.map((span, at) => {
        const wrong = wrongSpan(span);
        const says = told.get(`spans[${at}]`) ?? (wrong ? t(`hours.wrong.${wrong}`) : null);
        return (
          <div key={at} className={styles.span}>
            <div className={styles.days} role="group" aria-label={t("hours.days", { number: at + 1 })}>
              {DAYS.map((day) => (
                <button
                  key={day}
                  type="button"
                  className={styles.day}
                  aria-pressed={span.days.includes(day)}
                  onClick={() => put(at, { days: toggled(span, day) })}
                >
                  {t(`daysShort.${day}`)}
                </button>
              ))}
            </div>
            <div className={styles.pair}>
              <input
                aria-label={t("hours.hours", { number: at + 1 })}
                aria-invalid={says ? true : undefined}
                value={span.hours}
                placeholder="07:00-21:00"
                onChange={({ target }) => put(at, { hours: target.value.trim() })}
              />
              <Button
                look="quiet"
                aria-label={t("hours.remove", { number: at + 1 })}
                onClick={() => onChange(spans.filter((_, index) => index !== at))}
              >
                <Icon name="close" small />
              </Button>
            </div>
            {says && <p className={styles.trouble}>{says}</p>}
          </div>
        );
      })}
      <Button onClick={() => onChange([...spans, { days: ["daily"], hours: "07:00-21:00" }])}>
        <Icon name="plus" small />
        {t("hours.add")}
      </Button>
    </fieldset>
  );
}
