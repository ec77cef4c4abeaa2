import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { AskState } from "@/asks/AskState";
import { Trouble } from "@/parts/Trouble";
import { BenchContext, useBench } from "../zones/bench/useBench";
import { useSettings } from "../zones/bench/useSettings";
import { nameOf, placeOf, type Place } from "../zones/place";
import { CameraChoice } from "./CameraChoice";
import { FirstZone } from "./FirstZone";
import { chosenCamera, type Node, type Source } from "./progress";
import { startRoute } from "./route";
import styles from "./Start.module.css";
import { StepPanel } from "./StepPanel";

/** Where the camera looks for something, drawn on its own picture. */
export function ZoneStep({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation("start");
  const search = startRoute.useSearch();
  const chosen = chosenCamera(nodes, search, ({ zones }) => zones.length === 0);
  const place = chosen ? placeOf(chosen.node.node, chosen.source.id) : null;
  if (!chosen || !place)
    return (
      <StepPanel step="zone" done={false}>
        <p className={styles.warn}>{t("needsCamera")}</p>
      </StepPanel>
    );
  const there = chosen.source.zones.length > 0;
  return (
    <StepPanel step="zone" done={there}>
      <CameraChoice nodes={nodes} chosen={chosen} />
      {there ? <Drawn source={chosen.source} place={place} /> : <Drawing key={nameOf(place)} {...place} />}
    </StepPanel>
  );
}

function Drawn({ source, place }: { source: Source; place: Place }) {
  const { t } = useTranslation("start");
  return (
    <>
      <p className={styles.good} role="status">
        {t("zone.runs", { count: source.zones.length })}
      </p>
      <ul>
        {source.zones.map((zone) => (
          <li key={zone.id}>{zone.name ?? zone.id}</li>
        ))}
      </ul>
      <p>
        <Link to="/zones/$district/$node/$source" params={{ ...place }}>
          {t("zone.bench")}
        </Link>
      </p>
    </>
  );
}

function Drawing({ district, node, source }: Place) {
  const { t } = useTranslation("start");
  const place = useMemo(() => ({ district, node, source }), [district, node, source]);
  const bench = useBench(place);
  const loaded = useSettings(bench);
  const waits = bench.state.version === null || !loaded.settings;
  return (
    <>
      <Trouble error={loaded.error} onAgain={loaded.again} />
      {waits && !loaded.error && <p className={styles.wait}>{t("zone.reading")}</p>}
      {waits && loaded.inspecting.ask && !loaded.inspecting.busy && (
        <AskState asking={loaded.inspecting} onAgain={loaded.again} />
      )}
      {!waits && loaded.settings && (
        <BenchContext value={bench}>
          <FirstZone settings={loaded.settings} />
        </BenchContext>
      )}
    </>
  );
}
