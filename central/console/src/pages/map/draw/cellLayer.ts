// The grid's cells, shaded by their load. The worker cuts them into tiles once; how dark each is, is its state.
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { LngLatBounds, type Map as MapLibre } from "maplibre-gl";
import type { Palette } from "@/map/palette";
import { shadeOf } from "./load";
import { cellLayers } from "./style";

export type Cells = FeatureCollection<Polygon | MultiPolygon, { code: string }>;
const SOON_MS = 300; // so that many changes one after the other are one

export class CellLayer {
  #shades = new Map<string, number>();
  #known: Set<string>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: MapLibre,
    private readonly cells: Cells,
    colours: Palette,
  ) {
    this.#known = new Set(cells.features.map(({ properties }) => properties.code));
    const how = { promoteId: "code", tolerance: 0.6, buffer: 8 } as const;
    map.addSource("cells", { type: "geojson", data: cells, ...how });
    for (const layer of cellLayers(colours)) map.addLayer(layer, "flights");
  }

  /** Around all of them. */
  bounds(): LngLatBounds {
    const bounds = new LngLatBounds();
    for (const { geometry } of this.cells.features) {
      const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
      for (const at of rings[0] ?? []) bounds.extend(at as [number, number]);
    }
    return bounds;
  }

  loadSoon(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(counts, steps), this.#shades.size ? SOON_MS : 0);
  }

  load(counts: ReadonlyMap<string, number>, steps: readonly number[]): void {
    for (const code of new Set([...counts.keys(), ...this.#shades.keys()])) {
      const shade = shadeOf(counts.get(code) ?? 0, steps);
      if (shade === (this.#shades.get(code) ?? 0) || !this.#known.has(code)) continue;
      this.map.setFeatureState({ source: "cells", id: code }, { shade });
      this.#shades.set(code, shade);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
