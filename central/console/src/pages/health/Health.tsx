import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { classes } from "@/parts/classes";
import { Icon } from "@/parts/Icon";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import { Details } from "./Details";
import { Filters } from "./Filters";
import styles from "./Health.module.css";
import { healthRoute, VIEWS, type Filters as Meant } from "./route";
import { Sources } from "./Sources";
import { useTotals, useWall, type Wall } from "./useWall";
import { keyOfSource } from "./worst";

/** How every camera, gate, sensor and node fares, the worst first. */
export function Health() {
  const { t } = useTranslation("health");
  const { show = "tiles", at, ...meant } = healthRoute.useSearch();
  const navigate = healthRoute.useNavigate();
  const now = useNow();
  const wall = useWall(meant);
  const totals = useTotals(meant);
  const change = useCallback(
    (some: Partial<Meant & { show: typeof show; at: string }>) =>
      void navigate({ search: (known) => ({ ...known, ...some }), replace: true }),
    [navigate],
  );
  const open = useCallback((key: string | undefined) => change({ at: key }), [change]);
  useWallKeys(wall, at, open);
  return (
    <Page wide>
      <PageHead title={t("title")} about={t("about")}>
        <Views show={show} onShow={(next) => change({ show: next === "tiles" ? undefined : next })} />
      </PageHead>
      <Filters meant={meant} totals={totals} nodes={[...wall.nodes.keys()]} onChange={change} />
      <Trouble error={wall.error} onAgain={wall.again} />
      <div className={classes(styles.body, at && styles.open)}>
        <div className={styles.wall}>
          <SaidOf wall={wall} nodes={totals?.nodes} offline={totals?.offline} all={totals?.sources} />
          <Sources wall={wall} show={show} at={at ?? null} now={now} />
        </div>
        {at && <Details key={at} at={at} now={now} onClose={() => open(undefined)} />}
      </div>
    </Page>
  );
}

/** j, k and Escape: through the sources in their order, and back to the wall. */
function useWallKeys(wall: Wall, at: string | undefined, open: (key: string | undefined) => void): void {
  const { t } = useTranslation("health");
  const step = (by: number) => {
    const place = wall.sources.findIndex((each) => keyOfSource(each) === at);
    const next = wall.sources[Math.max(0, Math.min(wall.sources.length - 1, place + by))];
    if (next) open(keyOfSource(next));
  };
  useShortcuts([
    { keys: "j", says: t("next"), run: () => step(1) },
    { keys: "k", says: t("previous"), run: () => step(-1) },
    { keys: "Escape", says: t("closeDetails"), run: () => open(undefined) },
  ]);
}

function Views({ show, onShow }: { show: string; onShow: (show: (typeof VIEWS)[number]) => void }) {
  const { t } = useTranslation("health");
  return (
    <div className={styles.views} role="group" aria-label={t("shownAs")}>
      {VIEWS.map((each) => (
        <button key={each} type="button" aria-pressed={show === each} onClick={() => onShow(each)}>
          <Icon name={each === "nodes" ? "node" : each} small />
          {t(`views.${each}`)}
        </button>
      ))}
    </div>
  );
}

interface SaidProps {
  wall: Wall;
  nodes: number | undefined;
  offline: number | undefined;
  all: number | undefined;
}

/** How many there are, and that the order is not the newest. */
function SaidOf({ wall, nodes, offline, all }: SaidProps) {
  const { t } = useTranslation("health");
  const { number } = useFormats();
  const shown = wall.sources.length;
  return (
    <div className={styles.said}>
      <span role="status">
        {t("many", { count: shown, many: number(shown) })}
        {nodes !== undefined && ` · ${t("manyNodes", { count: nodes, many: number(nodes) })}`}
        {offline ? ` · ${t("manyOffline", { count: offline, many: number(offline) })}` : ""}
        {wall.coming && ` · ${t("coming")}`}
        {wall.cut && all !== undefined && all > shown && ` · ${t("cut", { many: number(all) })}`}
      </span>
      {wall.moved > 0 && (
        <Button look="quiet" onClick={wall.sortAnew}>
          {t("moved", { count: wall.moved })}
        </Button>
      )}
    </div>
  );
}
