import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Ago } from "@/parts/Ago";
import { Badge } from "@/parts/Badge";
import { plainNode } from "@/sources/place";
import { Snapshot } from "@/sources/Snapshot";
import { FARES_TONES, lateness } from "./figures";
import styles from "./Tile.module.css";
import { useFigures, useSourceWords } from "./useTold";
import { keyOfSource, type NodeFares, type SourceFares } from "./worst";

export const TILE_PX = 208;
export const TILE_LEAST_PX = 212;

interface Props {
  of: SourceFares;
  node: NodeFares | undefined;
  now: number;
  current: boolean;
  place: readonly [at: number, of: number];
}

/** A source at a glance: its last picture, what is the matter, and how quick it is. */
export function Tile({ of, node, now, current, place }: Props) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const figures = useFigures();
  const name = words.name(of);
  const where = of.place ?? plainNode(of.node);
  const trust = of.report?.trust?.state;
  return (
    <div role="listitem" aria-setsize={place[1]} aria-posinset={place[0]}>
      <Link
        from="/health"
        to="/health"
        search={(known) => ({ ...known, at: keyOfSource(of) })}
        replace
        className={styles.tile}
        data-fares={of.fares}
        data-current={current || undefined}
        data-key={keyOfSource(of)}
      >
        <div className={styles.picture}>
          <Snapshot of={of} name={name} />
          <div className={styles.state}>
            <Badge tone={FARES_TONES[of.fares]}>{words.matter(of, node?.online)}</Badge>
            {of.still && <Ago at={of.still.taken} now={now} className={styles.age} />}
          </div>
        </div>
        <div className={styles.words}>
          <span className={styles.name} title={name}>
            {name}
          </span>
          <span className={styles.where} title={`${where} · ${keyOfSource(of)}`}>
            {where}
          </span>
          <span className={styles.figures}>
            <span>{figures.fps(of.report?.fps)}</span>
            <span data-tone={lateness(of.report)} title={t("delay")}>
              {figures.seconds(of.report?.delay_s)}
            </span>
            {trust && trust !== "ok" && <span data-tone="warn">{words.trust(trust)}</span>}
          </span>
        </div>
      </Link>
    </div>
  );
}
