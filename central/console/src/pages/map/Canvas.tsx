import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useChanges } from "@/live/useLive";
import { BaseAway } from "@/map/BaseAway";
import { datumOf, movedAll, type Datum } from "@/map/datum";
import { drawnOrNone } from "@/map/drawn";
import { palette } from "@/map/palette";
import { useBase } from "@/map/useBase";
import { eyesQuery, flightsQuery, type Eye, type FlightLine } from "./asking";
import type { Told } from "./Beside";
import styles from "./Canvas.module.css";
import { Controls } from "./Controls";
import { stepsOf } from "./draw/load";
import { Surface } from "./draw/surface";
import { atOf, atSaid, boxOf, type Search } from "./filters";
import { Legend } from "./Legend";
import { hasPlace, numberOf, type Row } from "./rows";
import { usePointing } from "./pointing";
import { pulse } from "./pulse";
import { loadOf } from "./cells";
import { cellsOf } from "./grid";
import { useSearchTo } from "./useSearchTo";
import { useTheme } from "@/look/useTheme";

interface Props {
  settings: Schema<"MapSettingsAnswer">;
  search: Search;
  /** Whether the tickets are known; the map is made meanwhile. */
  known: boolean;
  shown: readonly Row[];
  now: number;
  opened: Row | null;
  picked: ReadonlySet<number>;
  onTell: (told: Told) => void;
  /** There can be no map here. */
  onNone: () => void;
}

/** The map: made once a theme, told of everything that changes. */
export default function Canvas(props: Props) {
  const theme = useTheme();
  return <Themed key={theme} {...props} />;
}

function Themed(props: Props) {
  const { settings, search, known, shown, now, opened, picked } = props;
  const { t } = useTranslation("map");
  const holder = useRef<HTMLDivElement>(null);
  const datum = datumOf(settings.base.datum);
  const surface = useSurface(holder, props, datum, t("canvas"));
  const load = useMemo(() => loadOf(shown), [shown]);
  const steps = useMemo(() => stepsOf([...load.values()]), [load]);
  const off = search.off?.join();
  useEffect(() => {
    if (known) surface?.show(shown, now);
  }, [surface, known, shown, now]);
  useEffect(() => surface?.load(load, steps), [surface, load, steps]);
  useEffect(() => surface?.box(boxOf(search.box)), [surface, search.box]);
  useEffect(() => surface?.switched(search.off ?? []), [surface, off]); // eslint-disable-line react-hooks/exhaustive-deps
  const base = useBase(surface?.map ?? null, settings.base, () => surface?.switched(search.off ?? []));
  useMarks(surface, opened, picked);
  useBrought(surface, opened, search.at);
  useWatched(surface, datum);
  useCells(surface, settings.cells, datum);
  useChanges((changes) => {
    const opened = changes
      .filter(({ effect }) => effect === "opened")
      .map(({ ticket }) => numberOf(ticket.number));
    if (surface) pulse(surface, opened);
  });
  return (
    <>
      {/* The class stays as it is: MapLibre adds its own, which a change would take away. */}
      <div ref={holder} className={styles.holder} data-early={!known || undefined} data-many={shown.length} />
      <Controls surface={surface} />
      <BaseAway base={base} />
      <Legend steps={steps} load={load} shown={shown} now={now} cells={settings.cells} surface={surface} />
    </>
  );
}

/** Makes the map, and gives it back at the end. */
function useSurface(
  holder: React.RefObject<HTMLDivElement | null>,
  props: Props,
  datum: Datum,
  label: string,
) {
  const [surface, setSurface] = useState<Surface | null>(null);
  const to = useSearchTo();
  const pointing = usePointing();
  const tell = useEffectEvent((told: Told) => props.onTell(told));
  const none = useEffectEvent(() => queueMicrotask(props.onNone));
  const begin = useEffectEvent((container: HTMLDivElement) => {
    const { search, shown, settings } = props;
    const begins = {
      at: atOf(search.at) ?? beginsAt(settings),
      rows: shown,
      datum,
      colours: palette(),
      label,
      grid: bare(settings),
    };
    return new Surface(container, begins, {
      moved: (at) => to({ at: atSaid(at) }),
      pointed: (numbers, cell) => pointing.at("map", numbers, cell),
      opened: (rows) => tell({ rows }),
      eye: (id) => tell({ eye: id }),
      flight: (flight) => tell({ flight }),
      cell: (cell) => tell({ cell }),
    });
  });
  useEffect(() => {
    const made = drawnOrNone(() => begin(holder.current as HTMLDivElement));
    if (!made) return none();
    Object.assign(holder.current as HTMLDivElement, { drawnNumbers: () => made.tickets.drawnNumbers() });
    queueMicrotask(() => setSurface(made));
    return () => {
      setSurface(null);
      made.end();
    };
  }, [holder]);
  useMovedTo(surface, props.search.at);
  useEffect(() => surface?.map.getCanvas().setAttribute("aria-label", label), [surface, label]);
  return surface;
}

const bare = ({ base, cells }: Schema<"MapSettingsAnswer">) => base.kind === "none" && !cells;
const beginsAt = ({ center, zoom }: Schema<"MapSettingsAnswer">) =>
  center && { longitude: center[0] as number, latitude: center[1] as number, zoom: zoom ?? 12 };

/** Where the address was changed by something else than the map: going back, or a saved view. */
function useMovedTo(surface: Surface | null, said: string | undefined): void {
  const known = useRef(said);
  useEffect(() => {
    const at = atOf(said);
    if (surface && at && said !== known.current && said !== atSaid(surface.at())) surface.go(at);
    known.current = said;
  }, [surface, said]);
}

function useMarks(surface: Surface | null, opened: Row | null, picked: ReadonlySet<number>): void {
  const pointing = usePointing();
  useEffect(() => {
    const mark = () => {
      const { numbers, cell, from } = pointing.now;
      const [first = null] = from === "list" ? numbers : [];
      surface?.mark(first, opened?.number ?? null, picked);
      surface?.pointCell(cell);
    };
    mark();
    return pointing.watch(mark);
  }, [surface, opened, picked, pointing]);
}

/** What was opened in the list comes into view; where the address says a place to begin with, that is left. */
function useBrought(surface: Surface | null, opened: Row | null, at: string | undefined): void {
  const before = useRef(at === undefined ? null : opened?.number);
  const bring = useEffectEvent(() => {
    if (!surface || before.current === opened?.number) return;
    before.current = opened?.number;
    if (opened && hasPlace(opened)) surface.bring(opened);
  });
  const number = opened?.number;
  useEffect(() => bring(), [surface, number]);
}

/** Cameras, gates, sensors, drones, and where drones flew. */
function useWatched(surface: Surface | null, datum: Datum): void {
  const eyes = useQuery(eyesQuery).data?.items;
  const flights = useQuery(flightsQuery).data;
  useEffect(() => {
    if (eyes)
      surface?.watch(
        "eyes",
        eyes.flatMap((eye) => eyeFeature(eye, datum)),
      );
  }, [surface, eyes, datum]);
  useEffect(() => {
    if (flights)
      surface?.watch(
        "flights",
        flights.map((line) => flightFeature(line, datum)),
      );
  }, [surface, flights, datum]);
}

function eyeFeature(eye: Eye, { there }: Datum): GeoJSON.Feature[] {
  if (eye.longitude === null || eye.latitude === null) return [];
  const { kind, state, name, source, node } = eye;
  const properties = { kind, state, name: name ?? source, id: `${node} ${source}` };
  return [
    {
      type: "Feature",
      properties,
      geometry: { type: "Point", coordinates: [...there(eye.longitude, eye.latitude)] },
    },
  ];
}

function flightFeature({ geometry, properties }: FlightLine, datum: Datum): GeoJSON.Feature {
  const coordinates = movedAll(geometry.coordinates, datum) as unknown as [number, number][];
  return { type: "Feature", properties, geometry: { type: "LineString", coordinates } };
}

/** The grid, if there is one. */
function useCells(surface: Surface | null, there: boolean, datum: Datum): void {
  useEffect(() => {
    if (!surface || !there) return;
    let shown = true;
    void cellsOf(datum).then((told) => shown && told && surface.cells(told));
    return () => void (shown = false);
  }, [surface, there, datum]);
}
