import { useState } from "react";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import type { Finding, OfNode, Whole } from "./asking";
import styles from "./Fleet.module.css";
import { useFleetWords } from "./useFleetWords";

const TONES: Readonly<Record<Finding["state"], Tone>> = {
  fault: "bad",
  warning: "warn",
  note: "info",
  fine: "good",
};
const ORDER = Object.keys(TONES) as Finding["state"][];

interface Props {
  node: string;
  of: NonNullable<OfNode["result"]>;
  language: Whole["language"];
}

/** How many findings of which weight; a press shows those that need somebody. */
export function Findings({ node, of, language }: Props) {
  const words = useFleetWords();
  const [open, setOpen] = useState(false);
  const counts = of.counts ?? {};
  return (
    <div className={styles.line}>
      {ORDER.filter((state) => counts[state]).map((state) => (
        <Badge key={state} tone={TONES[state]}>
          {words.t(`weighed.${state}`, { count: counts[state] })}
        </Badge>
      ))}
      {of.findings && of.findings.length > 0 && (
        <Button look="quiet" onClick={() => setOpen(true)}>
          {words.t("findings")}
        </Button>
      )}
      {open && (
        <Dialog title={words.t("findingsOf", { node })} size="large" onClose={() => setOpen(false)}>
          <ul className={styles.findings} lang={language === "zh" ? "zh-CN" : "en"}>
            {of.findings?.map((each, at) => (
              <One key={at} of={each} />
            ))}
          </ul>
        </Dialog>
      )}
    </div>
  );
}

/** In the words of the node's doctor, in the language that it was asked in. */
function One({ of }: { of: Finding }) {
  const words = useFleetWords();
  return (
    <li>
      <p className={styles.line}>
        <Badge tone={TONES[of.state]}>{words.found(of.state)}</Badge>
        <strong>{of.subject}</strong>
        <code>{of.code}</code>
      </p>
      <p>{of.seen}</p>
      {of.means && <p className={styles.soft}>{of.means}</p>}
      {of.cure && <p>→ {of.cure}</p>}
    </li>
  );
}
