import { useTranslation } from "react-i18next";
import { Box, Choice, Field } from "@/parts/Field";
import type { Schedule } from "../draft/shape";
import styles from "./Form.module.css";
import { BY_CALENDAR, painted, rowsOf, spansOf, WEEKDAYS, weekly, type Rows } from "./hours";
import { Spans } from "./Spans";
import { Week } from "./Week";

interface Props {
  schedule: Schedule | null;
  onChange: (schedule: Schedule | null, merges?: string) => void;
  told: ReadonlyMap<string, string>;
}

const USUAL: Schedule = { timezone: "Asia/Shanghai", spans: [{ days: ["daily"], hours: "07:00-21:00" }] };
const ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Europe/Berlin", "Europe/London", "UTC"];

/** When the rules apply: always, or in hours that can be painted and written. */
export function Hours({ schedule, onChange, told }: Props) {
  const { t } = useTranslation("zones");
  return (
    <div className={styles.fields}>
      <Box
        label={t("hours.always")}
        checked={!schedule}
        onChange={({ target }) => onChange(target.checked ? null : USUAL)}
      />
      {schedule && <Told schedule={schedule} onChange={onChange} told={told} />}
    </div>
  );
}

function Told({ schedule, onChange, told }: Props & { schedule: Schedule }) {
  const { t } = useTranslation("zones");
  const rows = rowsOf(schedule.spans);
  const grid = painted(schedule.spans, rows);
  const count = weekly(schedule);
  const put = (changed: Partial<Schedule>, merges?: string) => onChange({ ...schedule, ...changed }, merges);
  const asRows = (next: Rows) => {
    const days = next === WEEKDAYS ? ["daily"] : ["workdays"];
    const kept = schedule.spans.filter((span) => span.days.includes("daily"));
    put({ spans: kept.length && next === WEEKDAYS ? kept : [{ days, hours: "07:00-21:00" }] });
  };
  return (
    <>
      <Choice
        label={t("hours.rows")}
        value={rows === WEEKDAYS ? "week" : "calendar"}
        choices={[
          ["week", t("hours.byWeek")],
          ["calendar", t("hours.byCalendar")],
        ]}
        onChange={({ target }) => asRows(target.value === "week" ? WEEKDAYS : BY_CALENDAR)}
      />
      <Week
        rows={rows}
        cells={grid.cells}
        onPaint={(cells) => put({ spans: spansOf({ cells, rest: grid.rest }, rows) }, "hours")}
      />
      <p className={styles.note}>{count === null ? t("hours.depends") : t("hours.weekly", { count })}</p>
      <Spans spans={schedule.spans} onChange={(spans) => put({ spans }, "spans")} told={told} />
      <OfPlace schedule={schedule} put={put} told={told} />
    </>
  );
}

interface PlaceProps {
  schedule: Schedule;
  put: (changed: Partial<Schedule>, merges?: string) => void;
  told: ReadonlyMap<string, string>;
}

/** Time zone, calendar, and the days that differ at this place. */
function OfPlace({ schedule, put, told }: PlaceProps) {
  const { t } = useTranslation("zones");
  return (
    <details className={styles.more}>
      <summary>{t("hours.place")}</summary>
      <div className={styles.fields}>
        <Field
          label={t("hours.timezone")}
          list="zones-timezones"
          value={schedule.timezone ?? "Asia/Shanghai"}
          trouble={told.get("timezone") ?? null}
          onChange={({ target }) => put({ timezone: target.value }, "timezone")}
        />
        <datalist id="zones-timezones">
          {ZONES.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Choice
          label={t("hours.calendar")}
          value={schedule.calendar ?? "china"}
          choices={[
            ["china", t("hours.china")],
            ["none", t("hours.plain")],
          ]}
          onChange={({ target }) => put({ calendar: target.value })}
        />
        {(["holidays", "workdays"] as const).map((key) => (
          <Field
            key={key}
            label={t(`hours.${key}`)}
            hint={t("hours.dates")}
            trouble={told.get(key) ?? null}
            value={(schedule[key] ?? []).join(" ")}
            onChange={({ target }) => put({ [key]: target.value.split(/[\s,，]+/).filter(Boolean) }, key)}
          />
        ))}
      </div>
    </details>
  );
}
