import type { Change } from "./asking";
import { linesOf } from "./change";
import styles from "./Rollouts.module.css";
import { useRolloutWords } from "./useRolloutWords";

/** What is changed, key by key. */
export function Changed({ change }: { change: Change }) {
  const words = useRolloutWords();
  return (
    <ul className={styles.change}>
      {linesOf(change).map(([path, value]) => (
        <li key={path} title={path}>
          <span className={styles.soft}>{words.key(path)}</span> <code>{value}</code>
        </li>
      ))}
    </ul>
  );
}
