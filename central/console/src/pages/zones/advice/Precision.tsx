import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { Group } from "../asking/marks";
import styles from "./Advice.module.css";

const [WIDTH, HEIGHT] = [120, 32];

/** A zone's precision over the weeks: a line, and the same in words. */
export function Precision({ name, group }: { name: string; group: Group | undefined }) {
  const { t } = useTranslation("zones");
  const { number, day } = useFormats();
  const share = (value: number | null) => (value === null ? "–" : number(value, { style: "percent" }));
  const times = group?.times ?? [];
  const known = times.flatMap(({ precision }, at) => (precision === null ? [] : [[at, precision] as const]));
  const x = (at: number) => (times.length > 1 ? (at / (times.length - 1)) * (WIDTH - 8) + 4 : WIDTH / 2);
  const y = (value: number) => HEIGHT - 4 - value * (HEIGHT - 8);
  const says = times.map(({ since, precision }) => `${day(since)}: ${share(precision)}`).join("; ");
  return (
    <div className={styles.precision}>
      <strong>{name}</strong>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={says || t("notMarked")}>
        <polyline points={known.map(([at, value]) => `${x(at)},${y(value)}`).join(" ")} />
        {known.map(([at, value]) => (
          <circle key={at} cx={x(at)} cy={y(value)} r={3} />
        ))}
      </svg>
      <span className={styles.soft}>
        {group && group.precision !== null
          ? t("advice.figures", {
              precision: share(group.precision),
              low: share(group.low),
              high: share(group.high),
              right: group.right,
              wrong: group.false_alarm,
              unmarked: group.unmarked,
            })
          : t("notMarked")}
      </span>
    </div>
  );
}
