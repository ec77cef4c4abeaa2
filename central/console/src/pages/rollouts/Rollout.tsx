import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { Facts } from "@/parts/Facts";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import { rolloutQuery, type Rollout as One } from "./asking";
import { Changed } from "./Changed";
import { Nodes } from "./Nodes";
import { rolloutRoute } from "./route";
import styles from "./Rollouts.module.css";
import { Stages } from "./Stages";
import { Steps } from "./Steps";
import { STATE_TONES } from "./tones";
import { useRolloutWords } from "./useRolloutWords";

/** One roll-out as it goes: its stages, its nodes, and why it stopped if it did. */
export function Rollout() {
  const { t } = useTranslation("rollouts");
  const { number } = rolloutRoute.useParams();
  const found = useQuery(rolloutQuery(Number(number)));
  const now = useNow(1);
  return (
    <Page>
      <PageHead title={t("named", { number })} about={found.data?.why}>
        {found.data && <Steps of={found.data} />}
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && <Shown of={found.data} now={now} />}
    </Page>
  );
}

function Shown({ of, now }: { of: One; now: number }) {
  const { t } = useTranslation("rollouts");
  const { span } = useFormats();
  const words = useRolloutWords();
  return (
    <>
      {of.state === "stopped" ? (
        <div className={styles.stop} role="alert">
          <strong>{words.state(of.state)}</strong>
          <p>{words.say(of.reason)}</p>
          <p>{t("stoppedHelp", { stage: of.stage + 1 })}</p>
        </div>
      ) : (
        <p className={styles.line} role="status">
          <Badge tone={STATE_TONES[of.state]}>{words.state(of.state)}</Badge>
          <span>{words.say(of.reason)}</span>
          <Ago at={of.since} now={now} className={styles.soft} />
        </p>
      )}
      <Stages of={of} now={now} />
      <Panel title={t("change")}>
        <Changed change={of.change} />
        <Facts
          facts={[
            [t("made"), <Ago key="made" at={of.made} now={now} />],
            [t("by"), of.by],
            [t("soak"), span(of.soak_s)],
            [t("patience"), span(of.patience_s)],
          ]}
        />
      </Panel>
      <Nodes of={of} now={now} />
    </>
  );
}
