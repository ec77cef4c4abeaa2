import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useNow } from "@/sources/useNow";
import { actionsQuery, type Brief } from "./asking";
import { Counts } from "./Counts";
import styles from "./Fleet.module.css";
import { STATE_TONES } from "./told";
import { useFleetWords } from "./useFleetWords";

/** What was done with many nodes, the last first. */
export function Actions() {
  const { t } = useTranslation("fleet");
  const found = useQuery(actionsQuery);
  const now = useNow();
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data?.length === 0 && <Empty title={t("noActions")}>{t("noActionsHelp")}</Empty>}
      {found.data && found.data.length > 0 && (
        <Panel title={t("actions")}>
          <Table label={t("actions")} heads={[t("deed"), t("state"), t("nodes"), t("made")]}>
            {found.data.map((each) => (
              <One key={each.id} of={each} now={now} />
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}

function One({ of, now }: { of: Brief; now: number }) {
  const words = useFleetWords();
  return (
    <Row data-action={of.id}>
      <div>
        <Link to="/fleet/actions/$number" params={{ number: String(of.id) }}>
          {words.t("actionNamed", { number: of.id, deed: words.deed(of.deed) })}
        </Link>
        {of.why && <small className={styles.soft}>{of.why}</small>}
      </div>
      <div>
        <Badge tone={STATE_TONES[of.state]}>{words.state(of.state)}</Badge>
        <small className={styles.soft}>{words.say(of.reason)}</small>
      </div>
      <Counts of={of} />
      <div>
        <Ago at={of.made} now={now} />
        <small className={styles.soft}>{of.by}</small>
      </div>
    </Row>
  );
}
