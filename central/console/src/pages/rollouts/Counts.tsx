import { Badge } from "@/parts/Badge";
import { useFormats } from "@/words/useFormats";
import type { Brief } from "./asking";
import styles from "./Rollouts.module.css";
import { NODE_STATES, NODE_TONES } from "./tones";
import { useRolloutWords } from "./useRolloutWords";

/** How many nodes are in each state. */
export function Counts({ of }: { of: Pick<Brief, "nodes"> }) {
  const words = useRolloutWords();
  const { number } = useFormats();
  return (
    <span className={styles.counts}>
      {NODE_STATES.filter((state) => of.nodes[state]).map((state) => (
        <Badge key={state} tone={NODE_TONES[state]}>
          {number(of.nodes[state] ?? 0)} {words.nodeState(state)}
        </Badge>
      ))}
    </span>
  );
}
