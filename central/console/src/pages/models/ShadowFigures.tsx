import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Row, Table } from "@/parts/Table";
import { useFormats } from "@/words/useFormats";
import type { Shadow } from "./asking";
import styles from "./Models.module.css";
import { calledOf, sums } from "./running";

/** What a model beside the one that decides saw: how much is the same, and label by label. */
export function ShadowFigures({ of }: { of: Shadow }) {
  const { t } = useTranslation("models");
  const { number } = useFormats();
  const [open, setOpen] = useState(false);
  const { both, onlyRunning, onlyShadow } = sums(of);
  const named = of.model ? calledOf(of.model) : t("unknown");
  return (
    <div>
      {named} {of.state !== "looking" && <Badge tone="warn">{t(`shadowStates.${of.state}`)}</Badge>}
      {of.trouble && <small className={styles.soft}>{of.trouble}</small>}
      <small className={styles.soft}>
        {t("saw", { both: number(both), running: number(onlyRunning), shadow: number(onlyShadow) })}
      </small>
      <div className={styles.name}>
        <Button look="quiet" onClick={() => setOpen(true)}>
          {t("byLabel")}
        </Button>
      </div>
      {open && (
        <Dialog title={t("compared", { model: named })} size="large" onClose={() => setOpen(false)}>
          <ByLabel of={of} />
        </Dialog>
      )}
    </div>
  );
}

function ByLabel({ of }: { of: Shadow }) {
  const { t } = useTranslation("models");
  const { number } = useFormats();
  const share = (value: number | null | undefined) =>
    value == null ? "–" : number(value, { maximumFractionDigits: 2 });
  const heads = ["label", "both", "onlyRunning", "onlyShadow", "renamed", "iou", "scores"] as const;
  return (
    <>
      <p>
        {t("lookedAt", {
          pictures: number(of.pictures),
          left: number(of.left_out),
          ms: share(of.ms),
          running: share(of.running_ms),
        })}
      </p>
      <Table label={t("byLabel")} heads={heads.map((head) => t(`heads.${head}`))}>
        {(of.things ?? []).map((each) => (
          <Row key={each.label}>
            <span>{each.label}</span>
            <span>{number(each.both)}</span>
            <span>{number(each.only_running)}</span>
            <span>{number(each.only_shadow)}</span>
            <span>{number(each.renamed)}</span>
            <span>{share(each.iou)}</span>
            <span>{t("fromTo", { running: share(each.score), shadow: share(each.shadow_score) })}</span>
          </Row>
        ))}
      </Table>
    </>
  );
}
