import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Moment } from "@/parts/Moment";
import { useNamed } from "@/words/useWords";
import type { Suppression } from "./asking";
import { HeldBack } from "./HeldBack";
import styles from "./Hidden.module.css";
import { LiftDialog } from "./LiftDialog";

interface Props {
  one: Suppression;
  children?: ReactNode;
}

/** One suppression, what it held back, and its end before its time. */
export function HiddenOne({ one, children }: Props) {
  const { t } = useTranslation("hidden");
  const named = useNamed();
  const may = useMay("ticket.suppress");
  const [open, setOpen] = useState(false);
  const [lifting, setLifting] = useState(false);
  return (
    <li className={styles.one} data-suppression={one.suppression} data-stands={one.stands}>
      <p className={styles.line}>
        <Badge tone={one.stands ? "warn" : "neutral"}>{t(stateOf(one))}</Badge>
        <b>{named(one.kind)}</b>
        {one.zone && <span>{one.zone}</span>}
        {one.ticket && (
          <Link to="/tickets/$name" params={{ name: one.ticket }}>
            {one.ticket}
          </Link>
        )}
      </p>
      <Times one={one} />
      {one.words && <q>{one.words}</q>}
      <p className={styles.line}>
        {one.hid > 0 ? (
          <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t("held", { count: one.hid })}
          </Button>
        ) : (
          <span className={styles.soft}>{t("heldNone")}</span>
        )}
        {children}
        {one.stands && may && <Button onClick={() => setLifting(true)}>{t("lift")}</Button>}
      </p>
      {open && <HeldBack one={one} />}
      {lifting && <LiftDialog one={one} onClose={() => setLifting(false)} />}
    </li>
  );
}

const stateOf = ({ stands, lifted }: Suppression) => (stands ? "stands" : lifted ? "lifted" : "over");

/** Who said so and until when; who ended it. */
function Times({ one }: { one: Suppression }) {
  const { t } = useTranslation("hidden");
  return (
    <p className={styles.soft}>
      {t("by", { who: one.who })} <Moment at={one.since} /> {t("until")} <Moment at={one.until} />
      {one.lifted && one.lifted_by && (
        <>
          {" · "}
          {t("liftedBy", { who: one.lifted_by })}
          {one.lift_words && <q>{one.lift_words}</q>}
        </>
      )}
    </p>
  );
}
