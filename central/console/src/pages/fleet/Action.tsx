import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Facts } from "@/parts/Facts";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { ActionNodes } from "./ActionNodes";
import { actionQuery, type Whole } from "./asking";
import { Counts } from "./Counts";
import styles from "./Fleet.module.css";
import { fleetActionRoute } from "./route";
import { StopDialog } from "./StopDialog";
import { STATE_TONES, through } from "./told";
import { useFleetWords } from "./useFleetWords";

/** One action: how far it is, and how each node fared. */
export function Action() {
  const { t } = useTranslation("fleet");
  const words = useFleetWords();
  const number = Number(fleetActionRoute.useParams().number);
  const found = useQuery(actionQuery(number));
  const of = found.data;
  return (
    <Page>
      <PageHead
        title={of ? t("actionNamed", { number, deed: words.deed(of.deed) }) : t("actionBare", { number })}
        about={
          <Link to="/fleet" search={{ part: "actions" }}>
            {t("allActions")}
          </Link>
        }
      >
        {of?.state === "running" && <Stop of={of} />}
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {of && <Progress of={of} />}
      {of && <ActionNodes of={of} />}
    </Page>
  );
}

function Stop({ of }: { of: Whole }) {
  const { t } = useTranslation("fleet");
  const may = useMay("node.manage");
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {t("stop")}
      </Button>
      {open && <StopDialog of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

function Progress({ of }: { of: Whole }) {
  const words = useFleetWords();
  const { t } = words;
  const { number, exact } = useFormats();
  const { settled, all } = through(of);
  return (
    <Panel title={t("progress")}>
      <div className={styles.line} role="status">
        <Badge tone={STATE_TONES[of.state]}>{words.state(of.state)}</Badge>
        <span>{words.say(of.reason)}</span>
      </div>
      <progress className={styles.bar} aria-label={t("through")} value={settled} max={all || 1} />
      <p>{t("settled", { count: settled, many: number(settled), all: number(all) })}</p>
      <Counts of={of} />
      <Facts
        facts={[
          [t("why"), of.why],
          [t("by"), of.by],
          [t("made"), exact(of.made)],
          [t("until"), exact(of.until)],
          [t("atOnce"), number(of.at_once)],
          [t("failed"), number(of.most_failed)],
        ]}
      />
    </Panel>
  );
}
