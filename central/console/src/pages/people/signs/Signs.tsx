import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { signsQuery, type Sign } from "./asking";
import { NewSign } from "./NewSign";
import { SignRow } from "./SignRow";
import { TakeAway } from "./TakeAway";

/** Places with a sign that phones read: listed, printed, taken away, and new ones. */
export function Signs() {
  const { t } = useTranslation("people");
  const { data, error, isPending, refetch } = useQuery(signsQuery);
  const [taking, take] = useState<Sign | null>(null);
  const heads = ["name", "kind", "where", "reports", "made"] as const;
  const all = data && data.items.length > 1 && (
    <a href={data.sheets} target="_blank" rel="noreferrer">
      {t("signs.sheets")}
    </a>
  );
  return (
    <>
      <Panel title={t("signs.title")} actions={all}>
        <Trouble error={error} onAgain={() => void refetch()} />
        {isPending && <Loading />}
        {data?.items.length === 0 && <Empty title={t("signs.none")}>{t("signs.noneHelp")}</Empty>}
        {data && data.items.length > 0 && (
          <Table label={t("signs.title")} heads={[...heads.map((each) => t(`signs.${each}`)), ""]}>
            {data.items.map((sign) => (
              <SignRow key={sign.code} sign={sign} onTake={take} />
            ))}
          </Table>
        )}
      </Panel>
      <NewSign />
      {taking && <TakeAway sign={taking} onClose={() => take(null)} />}
    </>
  );
}
