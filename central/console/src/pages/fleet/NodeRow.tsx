import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Row } from "@/parts/Table";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import type { FleetNode, Group } from "./asking";
import styles from "./Fleet.module.css";
import { NodeDialog } from "./NodeDialog";
import { daysLeft, SOON_DAYS } from "./told";

interface Props {
  of: FleetNode;
  groups: readonly Group[];
  now: number;
  picked: boolean;
  /** Null for who may only look. */
  onPick: (() => void) | null;
}

/** One node in short; its name opens all that is known of it. */
export function NodeRow({ of, groups, now, picked, onPick }: Props) {
  const { t } = useTranslation("fleet");
  const gb = useGigabytes();
  const [open, setOpen] = useState(false);
  const name = plainNode(of.node);
  return (
    <Row data-node={name}>
      <div className={styles.named}>
        {onPick && (
          <input type="checkbox" aria-label={t("choose", { name })} checked={picked} onChange={onPick} />
        )}
        <Button look="quiet" onClick={() => setOpen(true)}>
          {name}
        </Button>
        {open && <NodeDialog of={of} groups={groups} now={now} onClose={() => setOpen(false)} />}
      </div>
      <State of={of} />
      <div>
        {of.software ?? t("unknown")}
        <small className={styles.soft}>{of.model ?? t("noModel")}</small>
      </div>
      <Machine of={of} />
      <span>{gb(of.disk_free_mb) ?? t("unknown")}</span>
      <Certificate of={of} now={now} />
      <span>
        {groups
          .filter(({ id }) => of.groups.includes(id))
          .map(({ name: called }) => called)
          .join(", ") || <span className={styles.soft}>{t("inNone")}</span>}
      </span>
    </Row>
  );
}

function useGigabytes() {
  const { number } = useFormats();
  return (mb: number | null | undefined) =>
    mb == null ? null : `${number(mb / 1000, { maximumFractionDigits: 1 })} GB`;
}

function Machine({ of: { machine } }: { of: FleetNode }) {
  const { t } = useTranslation("fleet");
  const gb = useGigabytes();
  if (!machine) return <span className={styles.soft}>{t("unknown")}</span>;
  const memory = gb(machine.memory_mb);
  return (
    <div>
      {machine.board ?? machine.architecture}
      <small className={styles.soft}>
        {[t("cores", { count: machine.cores }), memory].filter(Boolean).join(" · ")}
      </small>
    </div>
  );
}

export function State({ of }: { of: FleetNode }) {
  const { t } = useTranslation("fleet");
  return (
    <span className={styles.line}>
      {of.state === "revoked" ? (
        <Badge tone="bad">{t("revoked")}</Badge>
      ) : of.online === null ? (
        <Badge>{t("never")}</Badge>
      ) : (
        <Badge tone={of.online ? "good" : "bad"}>{t(of.online ? "online" : "offline")}</Badge>
      )}
      {of.troubles.length + of.unwell > 0 && (
        <Badge tone="warn">{t("troubles", { count: of.troubles.length + of.unwell })}</Badge>
      )}
    </span>
  );
}

function Certificate({ of, now }: { of: FleetNode; now: number }) {
  const { t } = useTranslation("fleet");
  const days = daysLeft(of, now);
  if (days === null) return <span className={styles.soft}>{t("noCertificate")}</span>;
  if (days < 0) return <Badge tone="bad">{t("over")}</Badge>;
  const said = t("days", { count: days });
  return days < SOON_DAYS ? <Badge tone="warn">{said}</Badge> : <span>{said}</span>;
}
