import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { reportQuery } from "./asking";
import { Charts } from "./Charts";
import { CountedDialog } from "./Counted";
import type { FigureName } from "./figures";
import styles from "./Indicators.module.css";
import { Spots } from "./Spots";
import { State } from "./State";
import { Tiles } from "./Tiles";
import { useWhich } from "./useWhich";

/** The figures of all, how they went, and where most of it is. */
export function Overview() {
  const { t } = useTranslation("indicators");
  const { which, against } = useWhich();
  const found = useQuery(reportQuery(which, "kind"));
  const then = useQuery({ ...reportQuery(against ?? which, "kind"), enabled: against !== null });
  const [open, setOpen] = useState<FigureName | null>(null);
  const earlier = against && then.data ? then.data.total : null;
  return (
    <div className={styles.part} aria-busy={found.isPlaceholderData}>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && (
        <>
          <State report={found.data} />
          <Tiles total={found.data.total} then={earlier} onOpen={setOpen} />
          <Charts kinds={found.data.groups} />
          <Spots />
        </>
      )}
      {open && (
        <CountedDialog
          title={t(`figures.${open}`)}
          which={which}
          listed={{ figure: open, by: "kind", key: null }}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
