import { Badge } from "@/parts/Badge";
import { useFormats } from "@/words/useFormats";
import type { Brief } from "./asking";
import styles from "./Fleet.module.css";
import { NODE_STATES, NODE_TONES } from "./told";
import { useFleetWords } from "./useFleetWords";

/** How many nodes are in each state. */
export function Counts({ of }: { of: Pick<Brief, "nodes"> }) {
  const words = useFleetWords();
  const { number } = useFormats();
  return (
    <span className={styles.line}>
      {NODE_STATES.filter((state) => of.nodes[state]).map((state) => (
        <Badge key={state} tone={NODE_TONES[state]}>
          {number(of.nodes[state] ?? 0)} {words.nodeState(state)}
        </Badge>
      ))}
    </span>
  );
}
