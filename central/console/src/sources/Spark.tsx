import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { pathOf, pointsOf } from "./points";
import styles from "./Spark.module.css";

const DAY_MS = 86_400_000;
const SIZE = [240, 32] as const;

interface Props {
  title: string;
  at: readonly unknown[];
  values: readonly unknown[];
  /** A figure with its unit. */
  says: (value: number) => string;
  now: number;
}

/** A figure through the last day, with its least, its most and its last. */
export function Spark({ title, at, values, says, now }: Props) {
  const { t } = useTranslation("health");
  const { exact } = useFormats();
  const points = pointsOf(at, values);
  const last = points.at(-1);
  const all = points.map(({ value }) => value);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const told = !last
    ? t("noHistory")
    : least < most
      ? t("range", { least: says(least), most: says(most) })
      : "";
  return (
    <figure className={styles.spark}>
      <figcaption className={styles.head}>
        <span>{title}</span>
        <span>
          {told}
          {told && last && " · "}
          {last && <strong title={exact(last.at)}>{says(last.value)}</strong>}
        </span>
      </figcaption>
      <svg
        className={styles.line}
        viewBox={`0 -2 ${SIZE[0]} ${SIZE[1] + 4}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={pathOf(points, now - DAY_MS, now, SIZE)} />
      </svg>
    </figure>
  );
}
