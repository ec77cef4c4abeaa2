import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import buttons from "@/parts/Button.module.css";
import { classes } from "@/parts/classes";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useNow } from "@/sources/useNow";
import { listQuery, type Brief } from "./asking";
import { Changed } from "./Changed";
import { Counts } from "./Counts";
import styles from "./Rollouts.module.css";
import { STATE_TONES } from "./tones";
import { useRolloutWords } from "./useRolloutWords";

/** Every roll-out, the last first. */
export function Rollouts() {
  const { t } = useTranslation("rollouts");
  const found = useQuery(listQuery);
  const now = useNow();
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")}>
        {useMay("node.manage") && (
          <Link to="/rollouts/new" className={classes(buttons.button, buttons.main)}>
            {t("new")}
          </Link>
        )}
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data?.length === 0 && <Empty title={t("none")}>{t("noneHelp")}</Empty>}
      {found.data && found.data.length > 0 && (
        <Panel title={t("all")}>
          <Table label={t("all")} heads={[t("rollout"), t("change"), t("state"), t("nodes"), t("made")]}>
            {found.data.map((each) => (
              <One key={each.id} of={each} now={now} />
            ))}
          </Table>
        </Panel>
      )}
    </Page>
  );
}

function One({ of, now }: { of: Brief; now: number }) {
  const { t } = useTranslation("rollouts");
  const words = useRolloutWords();
  return (
    <Row data-rollout={of.id}>
      <div>
        <Link to="/rollouts/$number" params={{ number: String(of.id) }}>
          {t("named", { number: of.id })}
        </Link>
        {of.why && <small className={styles.soft}>{of.why}</small>}
      </div>
      <Changed change={of.change} />
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
