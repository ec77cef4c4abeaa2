// The map's own style: nothing in it comes from another host, and text is drawn with the system's fonts.
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "@/map/palette";
import type { Layer } from "../filters";

/** Without an address for glyphs MapLibre draws every sign itself, with these. */
const FONT = ["system-ui", "Noto Sans CJK SC", "sans-serif"];
const NOTHING: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

/** Which layers of the style belong to which switch. */
export const LAYERS_OF: Record<Layer, readonly string[]> = {
  tickets: ["tickets", "marked"],
  cells: ["cells", "cell-borders", "cell-pointed"],
  camera: ["eyes-camera"],
  gate: ["eyes-gate"],
  sensor: ["eyes-sensor"],
  drone: ["eyes-drone"],
  flights: ["flights"],
  base: [], // found in the style by `base:`
};

export function styleOf(colours: Palette): StyleSpecification {
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {
      tickets: NOTHING,
      marked: NOTHING,
      eyes: NOTHING,
      flights: NOTHING,
      box: NOTHING,
      here: NOTHING,
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.ground } },
      { id: "above-base", type: "background", layout: { visibility: "none" } },
      ...flights(colours),
      ...box(colours),
      ...(["camera", "gate", "sensor", "drone"] as const).map((kind) => eyes(kind, colours)),
      ...tickets(colours),
      here(colours),
    ],
  };
}

function flights(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "flights",
      type: "line",
      source: "flights",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: {
        "line-color": colours.accent,
        "line-width": 2,
        "line-opacity": 0.65,
        "line-dasharray": [2, 1.5],
      },
    },
  ];
}

const box = (colours: Palette): LayerSpecification[] => [
  {
    id: "box",
    type: "line",
    source: "box",
    paint: { "line-color": colours.focus, "line-width": 2, "line-dasharray": [3, 2] },
  },
];

const eyes = (kind: string, colours: Palette): LayerSpecification => ({
  id: `eyes-${kind}`,
  type: "symbol",
  source: "eyes",
  minzoom: 10,
  filter: ["==", ["get", "kind"], kind],
  layout: {
    "icon-image": ["concat", "eye-", ["get", "kind"], "-", ["get", "state"]],
    "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.55, 14, 1],
    "text-field": ["step", ["zoom"], "", 15, ["get", "name"]],
    "text-font": FONT,
    "text-size": 12,
    "text-anchor": "top",
    "text-offset": [0, 1],
    "text-optional": true,
  },
  paint: { "text-color": colours.text, "text-halo-color": colours.surface, "text-halo-width": 1.5 },
});

const tickets = (colours: Palette): LayerSpecification[] => [
  {
    id: "marked",
    type: "circle",
    source: "marked",
    paint: {
      "circle-radius": ["get", "radius"],
      "circle-color": colours.focus,
      "circle-opacity": ["get", "fill"],
      "circle-stroke-color": colours.focus,
      "circle-stroke-width": 3,
    },
  },
  {
    id: "tickets",
    type: "symbol",
    source: "tickets",
    layout: {
      "icon-image": ["get", "image"],
      "icon-size": ["get", "size"],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": ["get", "text"],
      "text-allow-overlap": true,
      "text-ignore-placement": true,
      "symbol-sort-key": ["get", "many"],
    },
    paint: { "text-color": colours.text },
  },
];

const here = (colours: Palette): LayerSpecification => ({
  id: "here",
  type: "circle",
  source: "here",
  paint: {
    "circle-radius": 7,
    "circle-color": colours.accent,
    "circle-stroke-color": colours.surface,
    "circle-stroke-width": 3,
  },
});

/** The grid's cells; the state `shade` of each says how dark it is. */
export function cellLayers(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "cells",
      type: "fill",
      source: "cells",
      paint: {
        "fill-color": colours.accent,
        "fill-opacity": ["coalesce", ["feature-state", "shade"], 0],
        "fill-antialias": false,
      },
    },
    {
      id: "cell-borders",
      type: "line",
      source: "cells",
      minzoom: 12,
      paint: { "line-color": colours.line, "line-width": 1 },
    },
    {
      id: "cell-pointed",
      type: "line",
      source: "cells",
      filter: ["==", ["get", "code"], ""],
      paint: { "line-color": colours.focus, "line-width": 3 },
    },
  ];
}
