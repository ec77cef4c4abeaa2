import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { AlarmStep } from "./AlarmStep";
import { liveSourcesQuery, ticketsQuery } from "./asking";
import { CameraStep } from "./CameraStep";
import { Checklist } from "./Checklist";
import { NextStep } from "./NextStep";
import { NodeStep } from "./NodeStep";
import { PeopleStep } from "./PeopleStep";
import { doneOf, stepNow, type Known, type Node, type Step } from "./progress";
import { startRoute } from "./route";
import styles from "./Start.module.css";
import { ZoneStep } from "./ZoneStep";

/** From a fresh centre to the first ticket. How far it is says the centre, so that anybody can go on at any time. */
export function Start() {
  const { t } = useTranslation("start");
  const may = useMay("node.manage");
  const sources = useQuery({ ...liveSourcesQuery, enabled: may });
  const tickets = useQuery({ ...ticketsQuery(null), enabled: may });
  if (!may) return <NotYours />;
  if (sources.isPending || tickets.isPending) return <Loading />;
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")} />
      <Trouble error={sources.error ?? tickets.error} />
      <Steps nodes={sources.data?.nodes ?? []} tickets={(tickets.data?.items.length ?? 0) > 0} />
    </Page>
  );
}

/** A step that gets done stays where it is until the reader goes on: what was waited for is to be seen. */
function Steps({ nodes, tickets }: Known) {
  const { step } = startRoute.useSearch();
  const done = doneOf({ nodes, tickets });
  const [begun] = useState(() => stepNow(done));
  const now = step ?? begun;
  return (
    <div className={styles.start}>
      <Checklist done={done} now={now} />
      <section className={styles.step}>
        <Shown key={now} step={now} nodes={nodes} />
      </section>
    </div>
  );
}

function NotYours() {
  const { t } = useTranslation("start");
  return (
    <Page>
      <PageHead title={t("title")} />
      <Empty title={t("notYours")}>{t("notYoursHelp")}</Empty>
    </Page>
  );
}

function Shown({ step, nodes }: { step: Step; nodes: readonly Node[] }) {
  switch (step) {
    case "people":
      return <PeopleStep />;
    case "node":
      return <NodeStep nodes={nodes} />;
    case "camera":
      return <CameraStep nodes={nodes} />;
    case "zone":
      return <ZoneStep nodes={nodes} />;
    case "alarm":
      return <AlarmStep nodes={nodes} />;
    case "next":
      return <NextStep />;
  }
}
