import { Icon } from "@/parts/Icon";
import type { Told } from "../draft/told";
import type { Warning } from "../draft/warnings";
import styles from "./Side.module.css";
import { useWarningWords } from "./useWarningWords";

/** What is wrong, and what to think of; what a node said comes first. Settings are told at their fields. */
export function WarningList({ warnings, told }: { warnings: readonly Warning[]; told: readonly Told[] }) {
  const words = useWarningWords();
  const shown = warnings.filter(({ code }) => code !== "setting" && code !== "hours");
  const said = told.filter(({ path }) => !path.startsWith("rules[") && !path.startsWith("schedule"));
  if (!shown.length && !said.length) return null;
  return (
    <ul className={styles.warnings}>
      {said.map(({ text }) => (
        <li key={text} className={styles.grave}>
          <Icon name="warning" small />
          <span>{text}</span>
        </li>
      ))}
      {shown.map((warning, at) => (
        <li key={at} className={warning.grave ? styles.grave : undefined} data-code={warning.code}>
          <Icon name="warning" small />
          <span>{words(warning)}</span>
        </li>
      ))}
    </ul>
  );
}
