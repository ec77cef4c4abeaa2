import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import type { Evaluation, Report } from "./asking";
import styles from "./Indicators.module.css";

/** Which period this is, and whether it is still counted. */
export function State({ report }: { report: Report | Evaluation }) {
  const { t } = useTranslation("indicators");
  const of = useCodes("indicators");
  const { moment, number } = useFormats();
  const { name, first, last } = report.period;
  const whole = "made" in report ? report : null;
  const parts = [first === last ? name : `${name} (${first} – ${last})`, of("states", report.state)];
  if (report.state === "open" && whole?.cut_off) parts.push(t("cutOff", { when: moment(whole.cut_off) }));
  if (report.frozen) parts.push(t("frozen", { when: moment(report.frozen) }));
  if (whole?.changed) parts.push(t("changed", { count: whole.changed, shown: number(whole.changed) }));
  return (
    <p className={styles.state} role="status">
      {parts.join(" · ")}
    </p>
  );
}
