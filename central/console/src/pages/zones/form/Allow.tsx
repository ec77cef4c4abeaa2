import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useCodes } from "@/words/useWords";
import { written } from "../draft/durations";
import styles from "./Form.module.css";
import type { SettingProps } from "./Setting";

const LABELS = ["car", "truck", "bus", "van", "trailer", "train", "bicycle", "motorcycle", "tricycle"];

/** Another time for some sorts of thing. */
export function Allow({ rule, trouble, onChange }: SettingProps) {
  const { t } = useTranslation("zones");
  const of = useCodes("zones");
  const entries = Object.entries((rule.allow as Record<string, unknown> | undefined) ?? {});
  const put = (next: [string, unknown][]) => onChange(next.length ? Object.fromEntries(next) : undefined);
  const free = LABELS.find((label) => !entries.some(([each]) => each === label)) ?? "vehicle";
  return (
    <fieldset className={styles.set}>
      <legend>{of("settings", "dwell.allow")}</legend>
      {entries.map(([label, time], at) => (
        <div key={at} className={styles.pair}>
          <input
            aria-label={t("allow.label")}
            list="zones-labels"
            value={label}
            onChange={({ target }) => put(entries.with(at, [target.value.trim().toLowerCase(), time]))}
          />
          <input
            aria-label={t("allow.time", { label })}
            value={written(time)}
            onChange={({ target }) => put(entries.with(at, [label, target.value.replace(/\s+/g, "")]))}
          />
          <Button
            look="quiet"
            aria-label={t("allow.remove", { label })}
            onClick={() => put(entries.toSpliced(at, 1))}
          >
            <Icon name="close" small />
          </Button>
        </div>
      ))}
      <datalist id="zones-labels">
        {LABELS.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
      <Button onClick={() => put([...entries, [free, written(rule.dwell) || "5m"]])}>
        <Icon name="plus" small />
        {t("allow.add")}
      </Button>
      {trouble && <p className={styles.trouble}>{trouble}</p>}
    </fieldset>
  );
}
