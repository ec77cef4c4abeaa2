// What the small map of a ticket draws. Pure.
import type { Geometry, Position } from "geojson";
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Schema } from "@/api/client";
import type { Palette } from "@/map/palette";
import { middleOf } from "./place";

const METRES = 111_320; // a degree of latitude
const CORNERS = 48;
const NOTHING: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

/** The ring within which it lies, and its outline or point. WGS-84. */
export function around({ geometry, accuracy_m }: Schema<"Location">): Geometry[] {
  const shape = geometry as Geometry;
  const middle = middleOf(geometry);
  if (!middle) return [shape];
  return [{ type: "Polygon", coordinates: [ring(middle, accuracy_m)] }, shape];
}

function ring([longitude, latitude]: readonly [number, number], metres: number): Position[] {
  const [east, north] = [metres / (METRES * Math.cos((latitude * Math.PI) / 180)), metres / METRES];
  return Array.from({ length: CORNERS + 1 }, (_, at) => {
    const turn = (2 * Math.PI * (at % CORNERS)) / CORNERS;
    return [longitude + east * Math.cos(turn), latitude + north * Math.sin(turn)];
  });
}

export function smallStyle(colours: Palette): StyleSpecification {
  const place: LayerSpecification[] = [
    {
      id: "extent",
      type: "fill",
      source: "place",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colours.accent, "fill-opacity": 0.15 },
    },
    {
      id: "extent-line",
      type: "line",
      source: "place",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": colours.accent, "line-width": 1.5 },
    },
    {
      id: "spot",
      type: "circle",
      source: "place",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 7,
        "circle-color": colours.late,
        "circle-stroke-color": colours.surface,
        "circle-stroke-width": 2,
      },
    },
  ];
  return {
    version: 8,
    sources: { place: NOTHING, eyes: NOTHING },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.sunken } },
      { id: "above-base", type: "background", layout: { visibility: "none" } },
      {
        id: "eyes",
        type: "circle",
        source: "eyes",
        paint: {
          "circle-radius": 4,
          "circle-color": colours.soft,
          "circle-stroke-color": colours.surface,
          "circle-stroke-width": 1,
        },
      },
      ...place,
    ],
  };
}
