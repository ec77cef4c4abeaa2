import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { groupsQuery } from "@/pages/fleet/asking";
import { make, nodesQuery } from "./asking";
import { changeOf, faultOf, isDuration, rowsOf, type Row } from "./change";
import { ChangeRows } from "./ChangeRows";
import { NodeChoice } from "./NodeChoice";
import { newRolloutRoute } from "./route";
import styles from "./Rollouts.module.css";
import { sizes, strange, USUAL, wordsOf } from "./stages";

interface Plan {
  rows: readonly Row[];
  nodes: readonly string[];
  stages: string;
  soak: string;
  patience: string;
  slower: string;
  why: string;
}

/** A change for many nodes: what, where, in which stages. */
export function NewRollout() {
  const { group } = newRolloutRoute.useSearch();
  const groups = useQuery({ ...groupsQuery, enabled: group !== undefined });
  const found = groups.data?.find(({ id }) => id === group);
  if (group !== undefined && groups.isPending) return <Loading />;
  return <Planned first={found?.members.map(plainNode) ?? []} />;
}

/** `first`: nodes that are chosen at first. */
function Planned({ first }: { first: readonly string[] }) {
  const { t } = useTranslation("rollouts");
  const known = useQuery(nodesQuery);
  const search = newRolloutRoute.useSearch();
  const [plan, setPlan] = useState<Plan>({
    rows: rowsOf(search),
    nodes: search.node ? [search.node] : first,
    stages: USUAL,
    soak: "1h",
    patience: "30m",
    slower: "1.5",
    why: "",
  });
  const [judged, setJudged] = useState(false);
  const begin = useBegin();
  const models = [...new Set((known.data ?? []).flatMap(({ model }) => model ?? []))].sort();
  const put = (some: Partial<Plan>) => setPlan((now) => ({ ...now, ...some }));
  const right = isRight(plan);
  return (
    <Page>
      <PageHead title={t("new")} about={t("newAbout")} />
      <Trouble error={known.error} onAgain={() => void known.refetch()} />
      <form
        method="post"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          setJudged(true);
          if (right) begin.mutate(plan);
        }}
      >
        <Panel title={t("what")}>
          <ChangeRows rows={plan.rows} models={models} judged={judged} onChange={(rows) => put({ rows })} />
        </Panel>
        <Panel title={t("where")}>
          {known.isPending && <Loading />}
          {known.data && <NodeChoice nodes={known.data} plan={plan} onChange={(nodes) => put({ nodes })} />}
          {judged && !plan.nodes.length && <p className={styles.bad}>{t("faults.noNode")}</p>}
        </Panel>
        <Panel title={t("how")}>
          <How plan={plan} onPut={put} />
        </Panel>
        <Trouble error={begin.error} />
        <p className={styles.line}>
          <Button type="submit" look="main" busy={begin.isPending}>
            {t("begin")}
          </Button>
          {judged && !right && <span className={styles.bad}>{t("notYet")}</span>}
        </p>
      </form>
    </Page>
  );
}

const isRight = ({ rows, nodes, stages, soak, patience, slower }: Plan): boolean =>
  rows.every((row) => faultOf(row, rows) === null) &&
  sizes(stages, nodes.length).length > 0 &&
  isDuration(soak) &&
  isDuration(patience) &&
  isTimes(slower);

const isTimes = (said: string): boolean => Number(said) >= 1 && Number(said) <= 100;

/** The same request however often it is pressed: nothing begins twice. */
function useBegin() {
  const [request] = useState(() => `console-${crypto.randomUUID()}`);
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ rows, nodes, stages, soak, patience, slower, why }: Plan) =>
      make({
        request,
        why: why.trim(),
        change: changeOf(rows),
        nodes: [...nodes],
        groups: [],
        stages: wordsOf(stages),
        soak: soak.trim(),
        patience: patience.trim(),
        slower: Number(slower),
      }),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: ["rollouts"] });
      await navigate({ to: "/rollouts/$number", params: { number: String(id) } });
    },
  });
}

function How({ plan, onPut }: { plan: Plan; onPut: (some: Partial<Plan>) => void }) {
  const { t } = useTranslation("rollouts");
  const { number } = useFormats();
  const wrong = strange(plan.stages);
  const upto = sizes(plan.stages, plan.nodes.length);
  return (
    <Form>
      <Field
        label={t("stages")}
        hint={
          upto.length
            ? t("stagesAre", { sizes: upto.map((size) => number(size)).join(" → "), count: upto.length })
            : t("stagesHint")
        }
        trouble={wrong.length ? t("faults.stage", { word: wrong[0] }) : null}
        value={plan.stages}
        onChange={({ target }) => onPut({ stages: target.value })}
      />
      {(["soak", "patience"] as const).map((name) => (
        <Field
          key={name}
          label={t(name)}
          hint={t(`${name}Hint`)}
          trouble={isDuration(plan[name]) ? null : t("faults.noDuration")}
          value={plan[name]}
          onChange={({ target }) => onPut({ [name]: target.value })}
        />
      ))}
      <Field
        label={t("slower")}
        hint={t("slowerHint")}
        trouble={isTimes(plan.slower) ? null : t("faults.noTimes")}
        inputMode="decimal"
        value={plan.slower}
        onChange={({ target }) => onPut({ slower: target.value })}
      />
      <Field
        label={t("why")}
        maxLength={200}
        value={plan.why}
        onChange={({ target }) => onPut({ why: target.value })}
      />
    </Form>
  );
}
