import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { centreUrl, enrolCommand, isLoopback } from "./address";
import { enrolmentsQuery, makeToken, type Enrolment, type Offer } from "./asking";
import { Copied } from "./Copied";
import { NodeFacts } from "./NodeFacts";
import { NodeName } from "./NodeName";
import { shortName, type Node } from "./progress";
import styles from "./Start.module.css";
import { StepPanel } from "./StepPanel";

/** A machine becomes a node: a command with a token that works once, and then it says hello. */
export function NodeStep({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const [offer, setOffer] = useState<Offer | null>(null);
  const [another, setAnother] = useState(false);
  const told = useQuery(enrolmentsQuery);
  const make = useMutation({
    mutationFn: makeToken,
    onSuccess: (made) => {
      setOffer(made);
      setAnother(false);
    },
    onSettled: () => queries.invalidateQueries(enrolmentsQuery),
  });
  const heard = nodes.filter((node) => node.heard !== null);
  const names = new Set(heard.map(({ node }) => shortName(node)));
  const waiting = (told.data?.items ?? []).filter(
    (one) => one.state !== "revoked" && (one.state === "offered" || !names.has(one.node)),
  );
  if (told.isPending) return <Loading />;
  const until = (node: Node) => told.data?.items.find((one) => one.node === shortName(node.node))?.until;
  const begins = (heard.length === 0 && waiting.length === 0) || another;
  return (
    <StepPanel step="node" done={heard.length > 0}>
      <Trouble error={told.error} onAgain={() => void told.refetch()} />
      {heard.map((node) => (
        <NodeFacts key={node.node} node={node} until={until(node) ?? null} />
      ))}
      {waiting.map((one) => (
        <Waiting
          key={one.node}
          one={one}
          offer={offer?.node === one.node ? offer : null}
          busy={make.isPending}
          onAnew={() => make.mutate(one.node)}
        />
      ))}
      {begins ? (
        <NodeName taken={[...names]} busy={make.isPending} onNamed={(node) => make.mutate(node)} />
      ) : (
        <p className={styles.row}>
          <Button onClick={() => setAnother(true)}>{t("node.another")}</Button>
        </p>
      )}
      <Trouble error={make.error} />
    </StepPanel>
  );
}

interface WaitingProps {
  one: Enrolment;
  /** Its token, where it was made just now: it is shown once. */
  offer: Offer | null;
  busy: boolean;
  onAnew: () => void;
}

function Waiting({ one, offer, busy, onAnew }: WaitingProps) {
  const { t } = useTranslation("start");
  if (one.state === "enrolled")
    return (
      <div className={styles.part}>
        <p className={styles.good}>{t("node.enrolled", { node: one.node })}</p>
        <Copied text="gewu-edge run edge.yaml" label={t("node.run")} />
        <p className={styles.wait} role="status">
          {t("node.hello", { node: one.node })}
        </p>
      </div>
    );
  return (
    <div className={styles.part}>
      {offer ? (
        <Command offer={offer} />
      ) : (
        <p className={styles.warn}>{t("node.shownOnce", { node: one.node })}</p>
      )}
      <p className={styles.wait} role="status">
        {t("node.waiting", { node: one.node })}
      </p>
      {!offer && (
        <p className={styles.row}>
          <Button look="main" busy={busy} onClick={onAnew}>
            {t("node.anew")}
          </Button>
        </p>
      )}
    </div>
  );
}

function Command({ offer }: { offer: Offer }) {
  const { t } = useTranslation("start");
  const url = centreUrl(offer.centre_url, location.href);
  const here = isLoopback(new URL(url).hostname);
  return (
    <>
      <p>{t("node.type")}</p>
      <Copied text={enrolCommand(url, offer.token)} label={t("node.command")} />
      {here && <p className={styles.soft}>{t("node.sameMachine")}</p>}
    </>
  );
}
