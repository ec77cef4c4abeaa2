import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { Row, Table } from "@/parts/Table";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { versionQuery, type OfNode, type Rollout } from "./asking";
import { compared, detectors, type Compared } from "./going";
import styles from "./Rollouts.module.css";
import { NODE_TONES } from "./tones";
import { useRolloutWords } from "./useRolloutWords";

const SHOWN = 100;
const FIGURES = 4;

/** Every node with its state, its reason, and its figures of before and after. */
export function Nodes({ of, now }: { of: Rollout; now: number }) {
  const { t } = useTranslation("rollouts");
  const [most, setMost] = useState(SHOWN);
  return (
    <Panel title={t("nodes")}>
      <Table label={t("nodes")} heads={[t("node"), t("stageHead"), t("state"), t("reason"), t("figures")]}>
        {of.each.slice(0, most).map((each) => (
          <One key={each.node} of={each} now={now} />
        ))}
      </Table>
      {of.each.length > most && (
        <Button onClick={() => setMost(most + SHOWN)}>{t("more", { ns: "shell" })}</Button>
      )}
    </Panel>
  );
}

function One({ of, now }: { of: OfNode; now: number }) {
  const { t } = useTranslation("rollouts");
  const words = useRolloutWords();
  const name = plainNode(of.node);
  return (
    <Row data-node={name}>
      <Link to="/health" search={{ at: name }}>
        {name}
      </Link>
      <span>{of.stage + 1}</span>
      <div>
        <Badge tone={NODE_TONES[of.state]}>{words.nodeState(of.state)}</Badge>{" "}
        <Ago at={of.since} now={now} className={styles.soft} />
      </div>
      <div>
        {of.reason && <span>{words.say(of.reason, true)}</span>}
        {of.number !== null && <small className={styles.soft}>{t("version", { number: of.number })}</small>}
        <SaidOf of={of} />
      </div>
      <Figures of={of} />
    </Row>
  );
}

/** What the node itself said of a version that it did not keep. */
function SaidOf({ of }: { of: OfNode }) {
  const fell = of.reason?.code === "refused" || of.reason?.code === "rolled_back";
  const found = useQuery({ ...versionQuery(of.node, of.number ?? 0), enabled: fell && of.number !== null });
  if (!found.data?.reasons.length) return null;
  return (
    <ul>
      {found.data.reasons.map((each, at) => (
        <li key={at} className={styles.soft}>
          <Said reason={each} />
        </li>
      ))}
    </ul>
  );
}

function Figures({ of }: { of: OfNode }) {
  const sources = compared(of);
  return (
    <span className={styles.figures}>
      {sources.slice(0, FIGURES).map((each) => (
        <Figure key={each.source} of={each} />
      ))}
      {sources.length > FIGURES && <span className={styles.soft}>+ {sources.length - FIGURES}</span>}
      <DetectorFigures of={of} />
    </span>
  );
}

/** How long its detector takes, and how much it sees. */
function DetectorFigures({ of }: { of: OfNode }) {
  const { t } = useTranslation("rollouts");
  const { number } = useFormats();
  const { before, after } = detectors(of);
  const told = (value: number | null | undefined, digits: number) =>
    value == null ? "–" : number(value, { maximumFractionDigits: digits });
  const both = (name: "ms" | "things", digits: number) =>
    after
      ? t("fromTo", { before: told(before?.[name], digits), after: told(after[name], digits) })
      : t("before", { before: told(before?.[name], digits) });
  if (!before && !after) return null;
  return (
    <>
      <span>
        <span className={styles.soft}>{t("detectorMs")}</span> {both("ms", 0)}
      </span>
      <span>
        <span className={styles.soft}>{t("detectorThings")}</span> {both("things", 2)}
      </span>
    </>
  );
}

function Figure({ of }: { of: Compared }) {
  const { t } = useTranslation("rollouts");
  const { number } = useFormats();
  const told = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : number(value, { maximumFractionDigits: 1 });
  return (
    <span>
      <span className={styles.soft}>{t("looksASecond", { source: of.source })}</span>{" "}
      {of.after
        ? t("fromTo", { before: told(of.before?.fps), after: told(of.after.fps) })
        : t("before", { before: told(of.before?.fps) })}
    </span>
  );
}
