import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Box } from "@/parts/Field";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import styles from "./Rollouts.module.css";
import { sizes, stageAt } from "./stages";

type Node = Schema<"NodeAnswer">;

interface Props {
  nodes: readonly Node[];
  /** Nodes in the order in which they get the change, and the stages as they are written. */
  plan: { nodes: readonly string[]; stages: string };
  onChange: (chosen: string[]) => void;
}

/** Which nodes get it, and which of them first. */
export function NodeChoice({ nodes, plan: { nodes: chosen, stages }, onChange }: Props) {
  const { t } = useTranslation("rollouts");
  const { number } = useFormats();
  const [find, setFind] = useState("");
  const shown = nodes.filter(({ node }) => plainNode(node).includes(find.trim()));
  const names = shown.map(({ node }) => plainNode(node));
  const upto = sizes(stages, chosen.length);
  return (
    <div className={styles.form}>
      <div className={styles.tools}>
        <input
          type="search"
          aria-label={t("findNode")}
          placeholder={t("findNode")}
          value={find}
          onChange={({ target }) => setFind(target.value)}
        />
        <Button onClick={() => onChange([...chosen, ...names.filter((each) => !chosen.includes(each))])}>
          {t("chooseAll", { many: number(names.length) })}
        </Button>
        <Button look="quiet" onClick={() => onChange(chosen.filter((each) => !names.includes(each)))}>
          {t("chooseNone")}
        </Button>
        <span role="status" className={styles.soft}>
          {t("chosen", { count: chosen.length, many: number(chosen.length) })}
        </span>
      </div>
      <ul className={styles.nodes} aria-label={t("nodes")}>
        {shown.map((node) => (
          <OneNode key={node.node} of={node} chosen={chosen} upto={upto} onChange={onChange} />
        ))}
      </ul>
    </div>
  );
}

interface OneProps {
  of: Node;
  chosen: readonly string[];
  upto: readonly number[];
  onChange: (chosen: string[]) => void;
}

function OneNode({ of, chosen, upto, onChange }: OneProps) {
  const { t } = useTranslation("rollouts");
  const name = plainNode(of.node);
  const place = chosen.indexOf(name);
  const others = chosen.filter((each) => each !== name);
  return (
    <li>
      <Box
        label={name}
        checked={place >= 0}
        onChange={() => onChange(place >= 0 ? others : [...chosen, name])}
      />
      <span className={styles.line}>
        {place > 0 && (
          <Button
            look="quiet"
            aria-label={t("firstOf", { name })}
            onClick={() => onChange([name, ...others])}
          >
            {t("first")}
          </Button>
        )}
        {place >= 0 && upto.length > 0 && (
          <Badge tone="accent">{t("stage", { number: stageAt(place, upto) + 1 })}</Badge>
        )}
        <Online of={of} />
      </span>
    </li>
  );
}

function Online({ of }: { of: Node }) {
  const { t } = useTranslation("rollouts");
  const unwell = of.sources.filter(({ well }) => well === false).length;
  return (
    <>
      <span className={styles.soft}>{[of.model, of.software].filter(Boolean).join(" · ")}</span>
      {unwell > 0 && <Badge tone="warn">{t("unwell", { count: unwell })}</Badge>}
      {of.online === false && <Badge tone="bad">{t("offline")}</Badge>}
    </>
  );
}
