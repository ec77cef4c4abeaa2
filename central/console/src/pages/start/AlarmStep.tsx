import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { settingsQuery } from "../zones/asking/zones";
import { draftOf } from "../zones/draft/shape";
import { placeOf, nodeOf, type Place } from "../zones/place";
import { ticketsQuery } from "./asking";
import { CameraChoice } from "./CameraChoice";
import { chosenCamera, type Node } from "./progress";
import { Rungs } from "./Rungs";
import { startRoute } from "./route";
import styles from "./Start.module.css";
import { StepPanel } from "./StepPanel";
import { ShortTest } from "./ShortTest";
import { TheTicket } from "./TheTicket";

/** A real ticket from one's own camera: sooner than usual for once, and with every gate on the way shown. */
export function AlarmStep({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation("start");
  const search = startRoute.useSearch();
  const chosen = chosenCamera(nodes, search, ({ zones }) => zones.length > 0);
  const place = chosen ? placeOf(chosen.node.node, chosen.source.id) : null;
  if (!chosen || !place || chosen.source.zones.length === 0)
    return (
      <StepPanel step="alarm" done={false}>
        {chosen && <CameraChoice nodes={nodes} chosen={chosen} />}
        <p className={styles.warn}>{t("needsZone")}</p>
      </StepPanel>
    );
  return (
    <OfCamera key={`${chosen.node.node}/${chosen.source.id}`} nodes={nodes} chosen={chosen} place={place} />
  );
}

interface Props {
  nodes: readonly Node[];
  chosen: NonNullable<ReturnType<typeof chosenCamera>>;
  place: Place;
}

function OfCamera({ nodes, chosen, place }: Props) {
  const { t } = useTranslation("start");
  const tickets = useQuery(ticketsQuery({ node: nodeOf(place), source: place.source }));
  const settings = useQuery(settingsQuery(place));
  const ticket = tickets.data?.items[0] ?? null;
  const zones = draftOf(settings.data?.body).zones;
  return (
    <StepPanel step="alarm" done={ticket !== null}>
      <CameraChoice nodes={nodes} chosen={chosen} />
      {ticket && <TheTicket ticket={ticket} />}
      {settings.data && (
        <ShortTest place={place} settings={settings.data} zones={zones} over={ticket !== null} />
      )}
      {!ticket && tickets.isSuccess && (
        <>
          {!chosen.node.online && (
            <p className={styles.warn}>{t("camera.offline", { node: nodeOf(place) })}</p>
          )}
          <Rungs place={place} />
        </>
      )}
    </StepPanel>
  );
}
