// What lies under the pointer, and what is pressed.
import type { Map as MapLibre, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { EYES } from "./signs";

export interface PointerHears {
  /** cluster: of tickets. */
  pointed(cluster: number | null, cell: string | null): void;
  cluster(cluster: number): void;
  eye(name: string): void;
  flight(number: number): void;
  cell(code: string): void;
}

const OTHERS = [...Object.keys(EYES).map((kind) => `eyes-${kind}`), "flights"];

export function listenToPointer(map: MapLibre, hears: PointerHears): void {
  const found = (event: MapMouseEvent, layers: string[]): MapGeoJSONFeature | undefined =>
    map.queryRenderedFeatures(event.point, { layers: layers.filter((id) => map.getLayer(id)) })[0];
  const cellAt = (event: MapMouseEvent) => found(event, ["cells"])?.properties["code"] as string | undefined;
  map.on("mousemove", (event) => {
    const ticket = found(event, ["tickets"]);
    map.getCanvas().style.cursor = ticket || found(event, OTHERS) ? "pointer" : "";
    hears.pointed(ticket ? Number(ticket.properties["cluster"]) : null, cellAt(event) ?? null);
  });
  map.on("mouseout", () => hears.pointed(null, null));
  map.on("click", (event) => {
    const pressed = found(event, ["tickets"]) ?? found(event, OTHERS);
    const cell = cellAt(event);
    if (pressed) toldOf(pressed, hears);
    else if (cell) hears.cell(cell);
  });
}

function toldOf({ layer, properties }: MapGeoJSONFeature, hears: PointerHears): void {
  if (layer.id === "flights") hears.flight(Number(properties["flight"]));
  else if (layer.id === "tickets") hears.cluster(Number(properties["cluster"]));
  else hears.eye(String(properties["id"]));
}
