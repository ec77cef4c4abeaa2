import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { usePicks } from "@/bulk/usePicks";
import { Button } from "@/parts/Button";
import buttons from "@/parts/Button.module.css";
import { Empty } from "@/parts/Empty";
import { Box } from "@/parts/Field";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import { ActButton } from "./ActButton";
import { Alike } from "./Alike";
import { groupsQuery, nodesQuery, type FleetPage } from "./asking";
import { Filters } from "./Filters";
import styles from "./Fleet.module.css";
import { GroupDialog } from "./GroupDialog";
import { NodeRow } from "./NodeRow";
import { fleetRoute } from "./route";

/** Every node: what it is, what it runs, and what is to be done with it. */
export function Nodes() {
  const { t } = useTranslation("fleet");
  const { group, by, value, state, q } = fleetRoute.useSearch();
  const found = useInfiniteQuery(nodesQuery({ group, by, value, state, q }));
  const groups = useQuery(groupsQuery);
  const first = found.data?.pages[0];
  return (
    <>
      <Trouble error={found.error ?? groups.error} onAgain={() => void found.refetch()} />
      <Filters groups={groups.data ?? []} />
      {found.isPending && <Loading />}
      {first && <Totals of={first} />}
      {first && <Alike of={first.alike} />}
      {first?.items.length === 0 && <Empty title={t("none")}>{t("noneHelp")}</Empty>}
      {found.data && first && first.items.length > 0 && (
        <Listed
          pages={found.data.pages}
          more={found.hasNextPage}
          busy={found.isFetchingNextPage}
          onMore={() => void found.fetchNextPage()}
        />
      )}
    </>
  );
}

function Totals({ of: { totals } }: { of: FleetPage }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  return (
    <p role="status" className={styles.totals}>
      {t("counted", {
        count: totals.nodes,
        many: number(totals.nodes),
        online: number(totals.online),
        offline: number(totals.offline),
        troubled: number(totals.troubled),
      })}
    </p>
  );
}

interface ListedProps {
  pages: readonly FleetPage[];
  more: boolean;
  busy: boolean;
  onMore: () => void;
}

function Listed({ pages, more, busy, onMore }: ListedProps) {
  const { t } = useTranslation("fleet");
  const manages = useMay("node.manage");
  const groups = useQuery(groupsQuery).data ?? [];
  const now = useNow();
  const nodes = pages.flatMap(({ items }) => items);
  const picks = usePicks(nodes.map(({ node }) => node));
  return (
    <Panel title={t("all")} actions={manages ? <Deeds picked={picks.picked.map(plainNode)} /> : null}>
      {manages && (
        <Box
          label={t("chooseAll", { many: nodes.length })}
          checked={picks.picked.length === nodes.length}
          onChange={({ target }) => picks.all(target.checked)}
        />
      )}
      <Table
        label={t("all")}
        heads={[t("node"), t("state"), t("runs"), t("machine"), t("disk"), t("certificate"), t("groups")]}
      >
        {nodes.map((each) => (
          <NodeRow
            key={each.node}
            of={each}
            groups={groups}
            now={now}
            picked={picks.picked.includes(each.node)}
            onPick={manages ? () => picks.flip(each.node, false) : null}
          />
        ))}
      </Table>
      {more && (
        <Button busy={busy} onClick={onMore}>
          {t("more", { ns: "shell" })}
        </Button>
      )}
    </Panel>
  );
}

/** What may be done with those that are chosen. */
function Deeds({ picked }: { picked: readonly string[] }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  const [grouping, setGrouping] = useState(false);
  return (
    <div className={styles.line}>
      <span role="status" className={styles.soft}>
        {t("chosen", { count: picked.length, many: number(picked.length) })}
      </span>
      <ActButton nodes={picked} groups={[]} />
      <Button disabled={!picked.length} onClick={() => setGrouping(true)}>
        {t("toGroup")}
      </Button>
      {picked.length === 1 && (
        <Link to="/rollouts/new" search={{ node: picked[0] }} className={buttons.button}>
          {t("rollOut")}
        </Link>
      )}
      {grouping && <GroupDialog of={null} nodes={picked} onClose={() => setGrouping(false)} />}
    </div>
  );
}
