import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { settingsQuery } from "@/map/settings";
import { mayDraw } from "@/map/support";
import { Button } from "@/parts/Button";
import { listQuery } from "../asking/zones";
import { useTheBench } from "../bench/useBench";
import type { Point } from "../geometry/outline";
import { pairsOf, type Position } from "../ground/known";
import { toGround } from "../ground/placing";
import { workbenchRoute } from "../route";
import styles from "./Calibrating.module.css";
import type { MapShown } from "./groundMap";
import { PointList } from "./PointList";
import { Rectangle } from "./Rectangle";
import { badOf, useCalibrating, usePlacing, useSpots, type Calibrating as Points } from "./useCalibrating";
import { Verdict } from "./Verdict";

const MapSide = lazy(() => import("./MapSide"));

/** Points of the picture are matched with points of the map, until both fit. */
export function Calibrating({ pointer }: { pointer: Point | null }) {
  const { t } = useTranslation("zones");
  const calibrating = useCalibrating();
  usePlacing(calibrating);
  useSpots(calibrating);
  const camera = useCamera();
  const shown = useShown(calibrating, camera, pointer);
  const { data: settings } = useQuery(settingsQuery);
  const bare = settings?.base.kind === "none";
  return (
    <section className={styles.side} aria-label={t("ground.title")}>
      <div className={styles.head}>
        <h2>{t("ground.title")}</h2>
        <Link
          from={workbenchRoute.fullPath}
          to="."
          search={(now) => ({ ...now, mode: undefined })}
          replace
          resetScroll={false}
        >
          {t("ground.done")}
        </Link>
      </div>
      {bare && <p className={styles.soft}>{t("ground.bare")}</p>}
      {mayDraw() && (
        <Suspense fallback={<div className={styles.map} />}>
          {settings ? (
            <MapSide settings={settings} calibrating={calibrating} shown={shown} />
          ) : (
            <div className={styles.map} />
          )}
        </Suspense>
      )}
      <Verdict found={calibrating.found} />
      <PointList calibrating={calibrating} />
      <TakenAway calibrating={calibrating} />
      <Rectangle calibrating={calibrating} camera={camera} />
    </section>
  );
}

/** The way out of a calibration, whoever wrote it, and what saving then does. */
function TakenAway({ calibrating: { known, clear } }: { calibrating: Points }) {
  const { t } = useTranslation("zones");
  const { state } = useTheBench();
  if (known.length)
    return (
      <p>
        <Button onClick={clear}>{t("ground.clear")}</Button>
      </p>
    );
  return pairsOf(state.base.known).length > 0 ? <p role="status">{t("ground.cleared")}</p> : null;
}

/** Where the camera stands, as its node tells. */
function useCamera(): Position | null {
  const { place } = useTheBench();
  const found = useQuery(listQuery).data?.find(
    (each) => each.district === place.district && each.node === place.node && each.source === place.source,
  );
  const geometry = found?.location?.geometry;
  const [lon, lat] = geometry?.type === "Point" ? geometry.coordinates : [];
  return useMemo(() => (lon === undefined || lat === undefined ? null : [lon, lat]), [lon, lat]);
}

function useShown(
  { known, found, chosen }: Points,
  camera: Position | null,
  pointer: Point | null,
): MapShown {
  const { draft } = useTheBench();
  const { plan } = found;
  const zones = useMemo(
    () =>
      draft.zones.flatMap(({ placed, polygon }) => {
        const ground = placed ?? (plan ? toGround(plan, polygon) : null);
        return ground && ground.length > 2 ? [ground] : [];
      }),
    [draft.zones, plan],
  );
  const points = useMemo(() => {
    const bad = new Set(badOf(found));
    return known.map(({ picture, position }, at) => ({
      position,
      plan: (picture && plan?.locate(picture)?.position) ?? null,
      says: String(at + 1),
      bad: bad.has(at),
      chosen: at === chosen,
    }));
  }, [known, found, plan, chosen]);
  const at = pointer && plan ? (plan.locate(pointer)?.position ?? null) : null;
  return useMemo(() => ({ points, zones, camera, pointer: at }), [points, zones, camera, at]);
}
