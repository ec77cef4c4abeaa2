import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Facts } from "@/parts/Facts";
import { Moment } from "@/parts/Moment";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import { shortName, type Node } from "./progress";
import styles from "./Start.module.css";

/** What a node says of itself; `until`: the end of its certificate. */
export function NodeFacts({ node, until }: { node: Node; until: string | null }) {
  const { t } = useTranslation("start");
  const { day, number } = useFormats();
  const free = node.disk_free_mb;
  return (
    <div className={styles.part} data-node={shortName(node.node)}>
      <p className={styles.row}>
        <b>{shortName(node.node)}</b>
        <Badge tone={node.online ? "good" : "warn"}>{t(node.online ? "node.online" : "node.offline")}</Badge>
      </p>
      <Facts
        facts={[
          [t("node.software"), node.software],
          [t("node.model"), node.model ?? t("node.noModel")],
          [t("node.heard"), node.heard && <Moment at={node.heard} />],
          [t("node.certificate"), until && day(until)],
          [t("node.disk"), free !== null && `${number(free / 1000, { maximumFractionDigits: 0 })} GB`],
        ]}
      />
      {node.online && !node.model && <p className={styles.warn}>{t("node.needsModel")}</p>}
      {node.troubles.map((reason, at) => (
        <p key={at} className={styles.warn}>
          <Said reason={reason} />
        </p>
      ))}
    </div>
  );
}
