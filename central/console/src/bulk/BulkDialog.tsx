import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DeedFields } from "@/pages/ticket/DeedFields";
import type { Values } from "@/pages/ticket/useDeed";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Empty } from "@/parts/Empty";
import { Choice } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { useCodes } from "@/words/useWords";
import styles from "./Bulk.module.css";
import { offersOf, type Offer, type Ticket } from "./bulk";
import { Outcomes } from "./Outcomes";
import { useBulk, useWorked } from "./useBulk";

/** One action on all that are picked. numbers: as people write them, at most MOST. */
export function BulkDialog({ numbers, onClose }: { numbers: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation("bulk");
  const [kept] = useState(numbers); // what is picked may change while it is done
  const found = useWorked(kept);
  return (
    <Dialog title={t("title", { count: kept.length })} onClose={onClose}>
      {found.isFetching && (
        <div className={styles.reading} role="status">
          <progress max={kept.length} value={found.read} aria-label={t("reading")} />
          <p>{t("readSoFar", { read: found.read, all: kept.length })}</p>
        </div>
      )}
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.data && !found.isFetching && <Doing tickets={found.data} onClose={onClose} />}
    </Dialog>
  );
}

function Doing({ tickets, onClose }: { tickets: readonly Ticket[]; onClose: () => void }) {
  const { t } = useTranslation("bulk");
  const bulk = useBulk(tickets);
  const offers = offersOf(tickets);
  if (bulk.outcomes) return <Outcomes outcomes={bulk.outcomes} onAgain={bulk.again} onClose={onClose} />;
  if (!offers.length) return <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>;
  return <Choosing offers={offers} all={tickets.length} onGo={bulk.start} onClose={onClose} />;
}

interface Choosing {
  offers: readonly Offer[];
  all: number;
  onGo: (action: string, values: Values) => void;
  onClose: () => void;
}

function Choosing({ offers, all, onGo, onClose }: Choosing) {
  const { t } = useTranslation("bulk");
  const of = useCodes("casework");
  const [action, choose] = useState("");
  const [values, setValues] = useState<Values>({});
  const offer = offers.find((each) => each.action === action) ?? offers[0];
  if (!offer) return null;
  const given = offer.option.needed.includes("level") ? { level: "grid" as const, ...values } : values;
  const names = [...offer.option.needed, ...offer.option.besides];
  function go(event: React.FormEvent): void {
    event.preventDefault();
    if (!offer) return;
    onGo(offer.action, Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name))));
  }
  const left = all - offer.able.length;
  return (
    <form method="post" className={styles.form} onSubmit={go}>
      <Choice
        label={t("action")}
        value={offer.action}
        choices={offers.map(
          (each) =>
            [
              each.action,
              t("offer", { action: of("actions", each.action), able: each.able.length, all }),
            ] as const,
        )}
        onChange={(event) => choose(event.target.value)}
      />
      <DeedFields
        key={offer.action}
        tickets={offer.able.map(({ number }) => number)}
        option={offer.option}
        values={given}
        onChange={(part) => setValues({ ...values, ...part })}
      />
      {left > 0 && <p className={styles.hint}>{t("notAll", { count: left })}</p>}
      <p className={styles.buttons}>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="main">
          {t("go", { action: of("actions", offer.action), count: offer.able.length })}
        </Button>
      </p>
    </form>
  );
}
