import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import buttons from "@/parts/Button.module.css";
import { Choice } from "@/parts/Field";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { plainNode } from "@/sources/place";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import { ActButton } from "./ActButton";
import { bundleUrl, type NodeState, type OfNode, type Whole } from "./asking";
import { Findings } from "./Findings";
import styles from "./Fleet.module.css";
import { NODE_STATES, NODE_TONES } from "./told";
import { useFleetWords } from "./useFleetWords";

const SHOWN = 100;

/** Each node of an action, with what came of it. */
export function ActionNodes({ of }: { of: Whole }) {
  const words = useFleetWords();
  const { t } = words;
  const manages = useMay("node.manage");
  const [most, setMost] = useState(SHOWN);
  const [only, setOnly] = useState<NodeState | "">("");
  const now = useNow();
  const shown = of.each.filter(({ state }) => !only || state === only);
  const states = NODE_STATES.filter((state) => of.nodes[state]);
  return (
    <Panel
      title={t("nodes")}
      actions={
        manages && only ? <ActButton nodes={shown.map(({ node }) => plainNode(node))} groups={[]} /> : null
      }
    >
      {states.length > 1 && (
        <div className={styles.filters}>
          <Choice
            label={t("state")}
            value={only}
            onChange={({ target }) => setOnly(states.find((each) => each === target.value) ?? "")}
            choices={[["", t("any")], ...states.map((each) => [each, words.nodeState(each)] as const)]}
          />
        </div>
      )}
      <Table label={t("nodes")} heads={[t("node"), t("state"), t("reason"), t("result")]}>
        {shown.slice(0, most).map((each) => (
          <One key={each.node} of={each} language={of.language} now={now} />
        ))}
      </Table>
      {shown.length > most && (
        <Button onClick={() => setMost(most + SHOWN)}>{t("more", { ns: "shell" })}</Button>
      )}
    </Panel>
  );
}

function One({ of, language, now }: { of: OfNode; language: Whole["language"]; now: number }) {
  const words = useFleetWords();
  const { number } = useFormats();
  const name = plainNode(of.node);
  return (
    <Row data-node={name}>
      <Link to="/health" search={{ at: name }}>
        {name}
      </Link>
      <div>
        <Badge tone={NODE_TONES[of.state]}>{words.nodeState(of.state)}</Badge>{" "}
        {of.progress !== null && of.progress > 0 && <span>{number(of.progress, { style: "percent" })}</span>}{" "}
        <Ago at={of.since} now={now} className={styles.soft} />
      </div>
      <span>{of.reason && words.say(of.reason)}</span>
      <Result of={of} language={language} />
    </Row>
  );
}

function Result({ of: { node, result }, language }: { of: OfNode; language: Whole["language"] }) {
  const { t } = useTranslation("fleet");
  const manages = useMay("node.manage");
  if (result?.counts) return <Findings node={plainNode(node)} of={result} language={language} />;
  if (!result?.bundle) return <span />;
  if (!manages) return <span>{t("bundleHere")}</span>;
  return (
    <a href={bundleUrl(node, result.bundle.sha256)} className={buttons.button} download>
      {t("download")}
    </a>
  );
}
