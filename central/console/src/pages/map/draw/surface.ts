// The map itself. React tells it what to show; it tells what a reader does with it.
import "maplibre-gl/dist/maplibre-gl.css";
import type { Feature } from "geojson";
import {
  GeoJSONSource,
  LngLatBounds,
  Map as MapLibre,
  prewarm,
  ScaleControl,
  setWorkerCount,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Datum } from "@/map/datum";
import type { Palette } from "@/map/palette";
import { LAYERS, type At, type Box, type Layer } from "../filters";
import { hasPlace, type Row } from "../rows";
import { CellLayer, type Cells } from "./cellLayer";
import { listenToPointer } from "./pointer";
import { grid, eye, EYES, EYE_STATES, PIXEL_RATIO, type Eye } from "./signs";
import { outline, ringAround } from "./outlines";
import { LAYERS_OF, styleOf } from "./style";
import { TicketLayer } from "./tickets";

setWorkerUrl(workerUrl);
setWorkerCount(1); // what it does is little; a second one would load the same script again
prewarm();

export interface Hears {
  moved(at: At): void;
  pointed(numbers: readonly number[], cell: string | null): void;
  opened(rows: readonly Row[]): void;
  eye(name: string): void;
  flight(number: number): void;
  cell(code: string): void;
}
interface Begins {
  at: At | null;
  rows: readonly Row[];
  datum: Datum;
  colours: Palette;
  label: string;
  /** Whether the ground is drawn as a faint grid: where nothing else lies on it. */
  grid: boolean;
}

const DEEPEST = 20;
const BEGINS = { begins: true }; // told with the move that no reader made
const PADDING = { top: 48, right: 48, bottom: 48, left: 80 }; // the controls stand on the left
const AROUND = { padding: PADDING, maxZoom: 16 };

export class Surface {
  readonly map: MapLibre;
  readonly tickets: TicketLayer;
  #ready: Promise<void>;
  #marked: { pointed: number | null; opened: number | null; picked: ReadonlySet<number> } = {
    pointed: null,
    opened: null,
    picked: new Set(),
  };
  #load: { counts: ReadonlyMap<string, number>; steps: readonly number[] } = {
    counts: new Map(),
    steps: [1],
  };
  #cells: CellLayer | null = null;
  #off: readonly Layer[] = [];
  #placed: boolean;

  constructor(
    container: HTMLElement,
    private readonly begins: Begins,
    private readonly hears: Hears,
  ) {
    this.#placed = begins.at !== null || begins.rows.length > 0;
    this.map = new MapLibre({
      container,
      style: styleOf(begins.colours),
      ...this.#where(),
      maxZoom: DEEPEST,
      fadeDuration: 0,
      renderWorldCopies: false,
      attributionControl: false,
      pitchWithRotate: false,
      locale: { "Map.Title": begins.label },
    });
    this.tickets = new TicketLayer(this.map, begins.datum, begins.colours, () => this.#mark());
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.#ready = new Promise((done) => void this.map.once("style.load", () => done()));
    void this.#ready.then(() => this.#dress());
    this.#listen();
  }

  /** Once there is a style to put things into. */
  then(does: () => void): void {
    void this.#ready.then(does);
  }

  show(rows: readonly Row[], now: number): void {
    this.#begin(rows);
    this.then(() => this.tickets.show(rows, now));
  }

  /** A map that was made before anybody knew of tickets begins where they are. */
  #begin(rows: readonly Row[]): void {
    const bounds = this.#placed ? null : this.#around(rows);
    if (bounds) this.#fit(bounds);
    this.#placed = true;
  }

  #fit(bounds: LngLatBounds): void {
    this.map.fitBounds(bounds, { ...AROUND, animate: false }, BEGINS);
  }

  watch(name: "eyes" | "flights", features: Feature[]): void {
    this.then(() => this.#set(name, features));
  }

  /** The grid's cells, each with its `code`. */
  cells(cells: Cells): void {
    this.then(() => {
      this.#cells = new CellLayer(this.map, cells, this.begins.colours);
      if (!this.#placed) this.#fit(this.#cells.bounds()); // most likely the tickets lie there too
      this.switched(this.#off);
      this.#cells.load(this.#load.counts, this.#load.steps);
    });
  }

  /** How many tickets lie in each cell, and from how many on each shade begins. */
  load(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    this.#load = { counts, steps };
    this.#cells?.loadSoon(counts, steps);
  }

  pointCell(code: string | null): void {
    this.then(() => {
      if (this.map.getLayer("cell-pointed"))
        this.map.setFilter("cell-pointed", ["==", ["get", "code"], code ?? ""]);
    });
  }

  switched(off: readonly Layer[]): void {
    this.#off = off;
    this.then(() => {
      for (const layer of LAYERS)
        for (const id of this.#layersOf(layer))
          this.map.setLayoutProperty(id, "visibility", off.includes(layer) ? "none" : "visible");
    });
  }

  mark(pointed: number | null, opened: number | null, picked: ReadonlySet<number>): void {
    this.#marked = { pointed, opened, picked };
    this.then(() => this.#mark());
  }

  box(box: Box | null): void {
    const features = box ? [outline(box, this.begins.datum)] : [];
    this.then(() => this.#set("box", features));
  }

  go({ longitude, latitude, zoom }: At): void {
    this.map.jumpTo({ center: [...this.begins.datum.there(longitude, latitude)], zoom });
  }

  /** Where the reader stands. */
  here(longitude: number, latitude: number): void {
    const coordinates = [...this.begins.datum.there(longitude, latitude)];
    this.then(() =>
      this.#set("here", [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }]),
    );
  }

  fit(rows: readonly Row[]): void {
    const bounds = this.#around(rows);
    if (bounds) this.map.fitBounds(bounds, { padding: PADDING, maxZoom: 18, duration: 400 });
  }

  at(): At {
    const { lng, lat } = this.map.getCenter();
    const [longitude, latitude] = this.begins.datum.back(lng, lat);
    return { longitude, latitude, zoom: this.map.getZoom() };
  }

  view(): Box {
    const bounds = this.map.getBounds();
    const [west, south] = this.begins.datum.back(bounds.getWest(), bounds.getSouth());
    const [east, north] = this.begins.datum.back(bounds.getEast(), bounds.getNorth());
    return [west, south, east, north];
  }

  /** So that one sees where it is, if one does not yet. */
  bring({ longitude, latitude }: { longitude: number; latitude: number }): void {
    const center: [number, number] = [...this.begins.datum.there(longitude, latitude)];
    if (!this.map.getBounds().contains(center)) this.map.easeTo({ center, duration: 300 });
  }

  end(): void {
    this.tickets.stop();
    this.#cells?.stop();
    this.map.remove();
  }

  #where() {
    const { at, rows, datum } = this.begins;
    if (at) return { center: [...datum.there(at.longitude, at.latitude)] as [number, number], zoom: at.zoom };
    const bounds = this.#around(rows);
    return bounds ? { bounds, fitBoundsOptions: AROUND } : { center: [105, 35] as [number, number], zoom: 3 };
  }

  #around(rows: readonly Row[]): LngLatBounds | null {
    const bounds = new LngLatBounds();
    for (const row of rows)
      if (hasPlace(row)) bounds.extend([...this.begins.datum.there(row.longitude, row.latitude)]);
    return bounds.isEmpty() ? null : bounds;
  }

  #dress(): void {
    const { colours } = this.begins;
    if (this.begins.grid) {
      this.map.addImage("grid", grid(colours), { pixelRatio: PIXEL_RATIO });
      this.map.setPaintProperty("ground", "background-pattern", "grid");
    }
    for (const kind of Object.keys(EYES) as Eye[])
      for (const state of EYE_STATES)
        this.map.addImage(`eye-${kind}-${state}`, eye(kind, state, colours), { pixelRatio: PIXEL_RATIO });
  }

  #layersOf(layer: Layer): string[] {
    if (layer === "base") return this.map.getLayersOrder().filter((id) => id.startsWith("base:"));
    return LAYERS_OF[layer].filter((id) => this.map.getLayer(id));
  }

  #set(source: string, features: Feature[]): void {
    const found = this.map.getSource(source);
    if (found instanceof GeoJSONSource) void found.setData({ type: "FeatureCollection", features });
  }

  #mark(): void {
    const { pointed, opened, picked } = this.#marked;
    const rings = new Map<string, Feature>();
    const add = (number: number | null, fill: number) => {
      const spot = number === null ? null : this.tickets.spotOf(number);
      if (spot) rings.set(`${spot.x},${spot.y}`, ringAround(spot, fill));
    };
    for (const number of picked) add(number, 0);
    add(opened, 0.25);
    add(pointed, 0.35);
    this.#set("marked", [...rings.values()]);
  }

  /** `data-idle` of the holder: for how many tickets everything is drawn. */
  #idle(): void {
    this.map.getContainer().dataset["idle"] = String(this.tickets.many);
  }

  #listen(): void {
    this.map.on("idle", () => this.#idle());
    this.map.on("zoom", () => this.tickets.moved());
    this.map.on("moveend", (event) => {
      this.tickets.moved();
      if (!("begins" in event)) this.hears.moved(this.at());
    });
    listenToPointer(this.map, {
      pointed: (cluster, cell) => {
        const rows = cluster === null ? [] : this.tickets.members(cluster);
        this.hears.pointed(
          rows.map(({ number }) => number),
          cell,
        );
      },
      cluster: (cluster) => this.#entered(this.tickets.members(cluster)),
      eye: this.hears.eye,
      flight: this.hears.flight,
      cell: this.hears.cell,
    });
  }

  /** A cluster opens where coming nearer takes it apart; else all of it is told. */
  #entered(rows: Row[]): void {
    const bounds = this.#around(rows);
    const apart =
      bounds && !bounds.getSouthWest().distanceTo(bounds.getNorthEast()) ? false : rows.length > 1;
    if (apart && this.map.getZoom() < DEEPEST - 1) this.fit(rows);
    else this.hears.opened(rows);
  }
}
