import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import buttons from "@/parts/Button.module.css";
import { Dialog } from "@/parts/Dialog";
import { Row } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { takeAway, type Model, type OfNode } from "./asking";
import { CardFacts } from "./CardFacts";
import styles from "./Models.module.css";
import { users } from "./running";

const TONES: Record<Model["signed"], Tone> = { checked: "good", unchecked: "neutral", unsigned: "warn" };

interface Props {
  of: Model;
  nodes: readonly OfNode[];
  manages: boolean;
}

/** One bundle: its card, who runs it, and what can be done with it. */
export function ModelRow({ of, nodes, manages }: Props) {
  const { t } = useTranslation("models");
  const { number } = useFormats();
  const [open, setOpen] = useState(false);
  const { runs, beside } = users(of.called, nodes);
  return (
    <Row data-model={of.called}>
      <div>
        <div className={styles.name}>
          <Button look="quiet" onClick={() => setOpen(true)}>
            {of.called}
          </Button>
        </div>
        <small className={styles.soft}>{of.title}</small>
        {open && (
          <Dialog title={of.called} size="large" onClose={() => setOpen(false)}>
            <CardFacts of={of} />
          </Dialog>
        )}
      </div>
      <Badge tone={TONES[of.signed]}>{t(`signs.${of.signed}`)}</Badge>
      <span>{t("megabytes", { size: number(of.size / 1e6, { maximumFractionDigits: 1 }) })}</span>
      <div>
        {t("runOn", { count: runs.length, many: number(runs.length) })}
        {beside.length > 0 && (
          <small className={styles.soft}>
            {t("besideOn", { count: beside.length, many: number(beside.length) })}
          </small>
        )}
      </div>
      {manages ? <Deeds of={of} idle={!runs.length && !beside.length} /> : <span />}
    </Row>
  );
}

function Deeds({ of, idle }: { of: Model; idle: boolean }) {
  const { t } = useTranslation("models");
  const queries = useQueryClient();
  const dropping = useMutation({
    mutationFn: () => takeAway(of),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["models"] }),
  });
  return (
    <div className={styles.line}>
      {of.role === "detector" && (
        <>
          <Link to="/rollouts/new" search={{ shadow: of.called }} className={buttons.button}>
            {t("lookBeside")}
          </Link>
          <Link to="/rollouts/new" search={{ model: of.called }} className={buttons.button}>
            {t("rollOut")}
          </Link>
        </>
      )}
      <Button look="quiet" disabled={!idle} busy={dropping.isPending} onClick={() => dropping.mutate()}>
        {t("takeAway")}
      </Button>
      <Trouble error={dropping.error} />
    </div>
  );
}
