import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import buttons from "@/parts/Button.module.css";
import { Row } from "@/parts/Table";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import type { OfNode } from "./asking";
import styles from "./Models.module.css";
import { runsOf, shadowOf } from "./running";
import { ShadowFigures } from "./ShadowFigures";

/** What one node looks with, and what a model beside it saw. */
export function NodeRow({ of, manages }: { of: OfNode; manages: boolean }) {
  const { t } = useTranslation("models");
  const shadow = shadowOf(of);
  return (
    <Row data-node={plainNode(of.node)}>
      <div>
        {plainNode(of.node)}
        {of.online === false && <Badge>{t("away")}</Badge>}
      </div>
      <Running of={of} />
      {of.shadow ? <ShadowFigures of={of.shadow} /> : <span className={styles.soft}>{t("noShadow")}</span>}
      {manages && shadow ? (
        <Link
          to="/rollouts/new"
          search={{ model: shadow, node: plainNode(of.node) }}
          className={buttons.button}
        >
          {t("promote")}
        </Link>
      ) : (
        <span />
      )}
    </Row>
  );
}

function Running({ of }: { of: OfNode }) {
  const { t } = useTranslation("models");
  const { number } = useFormats();
  const say = useReason();
  const told = of.status === "preparing" || of.status === "refused" || of.status === "rolled_back";
  const waits = of.wanted && told ? of.reasons?.[0] : undefined;
  return (
    <div>
      {runsOf(of) ?? t("unknown")}
      {of.looking?.ms != null && (
        <small className={styles.soft}>
          {t("figures", {
            ms: number(of.looking.ms, { maximumFractionDigits: 0 }),
            looks: number(of.looking.looks),
          })}
        </small>
      )}
      {waits && (
        <small className={styles.soft}>
          {of.wanted}: {say(waits)}
        </small>
      )}
    </div>
  );
}
