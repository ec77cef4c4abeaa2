// The grid's cells, shaded by their load. MapLibre's worker draws them from what each says of itself: to set the state
// of thousands of features one by one would hold up the page.
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import type { GeoJSONFeatureDiff, GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { Palette } from "@/map/palette";
import { cellLayers, loadOpacity } from "./style";

export type Cells = FeatureCollection<Polygon | MultiPolygon, { code: string; load?: number }>;
const SOON_MS = 300; // so that many changes one after the other are one

export class CellLayer {
  #shown = new Map<string, number>();
  #known: Set<string>;
  #there = false;
  #steps = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: MapLibre,
    private readonly cells: Cells,
    private readonly colours: Palette,
  ) {
    this.#known = new Set(cells.features.map(({ properties }) => properties.code));
  }

  loadSoon(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(counts, steps), SOON_MS);
  }

  load(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    if (this.#there) this.#change(counts);
    else this.#begin(counts, steps);
    if (steps.join() !== this.#steps) this.map.setPaintProperty("cells", "fill-opacity", loadOpacity(steps));
    this.#steps = steps.join();
    this.#shown = new Map(counts);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #begin(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    this.#there = true;
    for (const { properties } of this.cells.features) properties.load = counts.get(properties.code) ?? 0;
    const how = { promoteId: "code", tolerance: 0.6, buffer: 8 } as const;
    this.map.addSource("cells", { type: "geojson", data: this.cells, ...how });
    for (const layer of cellLayers(this.colours, steps)) this.map.addLayer(layer, "flights");
    this.#steps = steps.join();
  }

  #change(counts: ReadonlyMap<string, number>): void {
    const update: GeoJSONFeatureDiff[] = [];
    for (const code of new Set([...counts.keys(), ...this.#shown.keys()])) {
      const load = counts.get(code) ?? 0;
      if (load !== (this.#shown.get(code) ?? 0) && this.#known.has(code))
        update.push({ id: code, addOrUpdateProperties: [{ key: "load", value: load }] });
    }
    if (update.length) void (this.map.getSource("cells") as GeoJSONSource).updateData({ update });
  }
}
