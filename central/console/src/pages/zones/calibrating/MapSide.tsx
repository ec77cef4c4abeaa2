import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useTheme } from "@/look/useTheme";
import { BaseAway } from "@/map/BaseAway";
import { datumOf } from "@/map/datum";
import { drawnOrNone } from "@/map/drawn";
import { palette } from "@/map/palette";
import { useBase } from "@/map/useBase";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { LEAST, type Position } from "../ground/known";
import styles from "./Calibrating.module.css";
import { GroundMap, type MapShown } from "./groundMap";
import type { Calibrating } from "./useCalibrating";

interface Props {
  settings: Schema<"MapSettingsAnswer">;
  calibrating: Calibrating;
  shown: MapShown;
}

const NEAR_ZOOM = 18;

/** The map beside the picture; a new one for each theme. */
export default function MapSide(props: Props) {
  return <Themed key={useTheme()} {...props} />;
}

function Themed({ settings, calibrating, shown }: Props) {
  const { t } = useTranslation("zones");
  const holder = useRef<HTMLDivElement>(null);
  const { map, none } = useMap(holder, settings, calibrating, shown, t("ground.map"));
  const base = useBase(map?.map ?? null, settings.base);
  useEffect(() => map?.show(shown), [map, shown]);
  const positions = shown.points.flatMap(({ position }) => (position ? [position] : []));
  const many = positions.length;
  const fit = useEffectEvent(() => map?.fit(positions));
  useEffect(() => {
    if (many >= LEAST) fit();
  }, [map, many]);
  if (none) return <p className={styles.soft}>{t("ground.noMap")}</p>;
  return (
    <div className={styles.frame}>
      <div ref={holder} className={styles.map} data-points={many} />
      <BaseAway base={base} />
      <div className={styles.controls} role="group" aria-label={t("ground.controls")}>
        <Button aria-label={t("canvas.larger")} title={t("canvas.larger")} onClick={() => map?.map.zoomIn()}>
          <Icon name="plus" small />
        </Button>
        <Button
          aria-label={t("canvas.smaller")}
          title={t("canvas.smaller")}
          onClick={() => map?.map.zoomOut()}
        >
          <Icon name="minus" small />
        </Button>
        <Button
          aria-label={t("canvas.fit")}
          title={t("canvas.fit")}
          disabled={!many}
          onClick={() => map?.fit(positions, true)}
        >
          <Icon name="fit" small />
        </Button>
      </div>
    </div>
  );
}

/** Made once, told of every change by `show`. */
function useMap(
  holder: React.RefObject<HTMLDivElement | null>,
  { base, center, zoom }: Schema<"MapSettingsAnswer">,
  calibrating: Calibrating,
  shown: MapShown,
  label: string,
) {
  const [map, setMap] = useState<GroundMap | null>(null);
  const [none, setNone] = useState(false);
  const pressed = useEffectEvent((position: Position) => calibrating.atMap(position));
  const chosen = useEffectEvent((at: number) => calibrating.choose(at));
  const moved = useEffectEvent((at: number, position: Position, ends: boolean) => {
    calibrating.choose(at);
    calibrating.set(at, { position }, `map ${at}`);
    if (ends) calibrating.settle();
  });
  const begin = useEffectEvent((container: HTMLDivElement) => {
    const usual = center ? ([center[0], center[1]] as unknown as Position) : null;
    const begins = {
      datum: datumOf(base.datum),
      colours: palette(),
      label,
      center: shown.camera ?? usual,
      zoom: shown.camera ? NEAR_ZOOM : (zoom ?? 12),
      marker: styles.marker ?? "",
    };
    const made = new GroundMap(container, begins, { pressed, moved, chosen });
    const known = shown.points.flatMap(({ position }) => (position ? [position] : []));
    made.fit(known);
    return made;
  });
  useEffect(() => {
    const made = drawnOrNone(() => begin(holder.current as HTMLDivElement));
    queueMicrotask(() => (made ? setMap(made) : setNone(true)));
    if (!made) return undefined;
    return () => {
      setMap(null);
      made.end();
    };
  }, [holder]);
  return { map, none };
}
