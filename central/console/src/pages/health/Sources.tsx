import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { VirtualGrid } from "@/sources/VirtualGrid";
import styles from "./Health.module.css";
import { NodeTable } from "./NodeTable";
import { SourceTable } from "./SourceTable";
import { Tile, TILE_LEAST_PX, TILE_PX } from "./Tile";
import type { Wall } from "./useWall";
import { keyOfSource } from "./worst";

interface Props {
  wall: Wall;
  show: "tiles" | "table" | "nodes";
  at: string | null;
  now: number;
}

/** The sources or nodes themselves, in one of three ways. */
export function Sources({ wall, show, at, now }: Props) {
  const { t } = useTranslation("health");
  const { sources, nodes } = wall;
  const current = sources.findIndex((each) => keyOfSource(each) === at);
  if (wall.loading) return <Waiting />;
  if (wall.error && !sources.length) return null;
  if (show === "nodes" && nodes.size > 0)
    return <NodeTable sources={sources} nodes={nodes} current={at} now={now} />;
  if (!sources.length) return <Empty title={t("none")}>{t(nodes.size ? "noneButNodes" : "noneHelp")}</Empty>;
  if (show === "table") return <SourceTable sources={sources} nodes={nodes} current={current} />;
  return (
    <VirtualGrid
      items={sources}
      keyOf={keyOfSource}
      height={TILE_PX}
      least={TILE_LEAST_PX}
      gap={12}
      role="list"
      label={t("sources")}
      at={current}
    >
      {(of, place) => (
        <Tile
          of={of}
          node={nodes.get(of.node)}
          now={now}
          current={place === current}
          place={[place + 1, sources.length]}
        />
      )}
    </VirtualGrid>
  );
}

/** Tiles to come. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" className={styles.bones}>
      <span className="unseen">{t("loading")}</span>
      {Array.from({ length: 8 }, (_, n) => (
        <span key={n} aria-hidden="true" />
      ))}
    </div>
  );
}
