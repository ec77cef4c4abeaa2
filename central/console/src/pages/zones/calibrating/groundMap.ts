// The map of a calibration: numbered points that can be moved, the zones as they lie on the ground, and the camera.
import type { Feature } from "geojson";
import {
  GeoJSONSource,
  LngLatBounds,
  Map as MapLibre,
  Marker,
  ScaleControl,
  type SourceSpecification,
  type StyleSpecification,
} from "@/map/maplibre";
import type { Datum } from "@/map/datum";
import type { Palette } from "@/map/palette";
import type { Position } from "../ground/known";

export interface MapPoint {
  position: Position | null;
  /** Where the plan has it. */
  plan: Position | null;
  says: string;
  bad: boolean;
  chosen: boolean;
}

export interface MapShown {
  points: readonly MapPoint[];
  zones: readonly (readonly Position[])[];
  camera: Position | null;
  /** Where the pointer is in the picture. */
  pointer: Position | null;
}

interface Hears {
  pressed: (position: Position) => void;
  moved: (at: number, position: Position, ends: boolean) => void;
  chosen: (at: number) => void;
}

interface Begins {
  datum: Datum;
  colours: Palette;
  label: string;
  center: Position | null;
  zoom: number;
  marker: string;
}

const NOTHING: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
const DEEPEST = 22;

function styleOf(colours: Palette): StyleSpecification {
  return {
    version: 8,
    sources: { zones: NOTHING, off: NOTHING, spots: NOTHING },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.ground } },
      { id: "above-base", type: "background", layout: { visibility: "none" } },
      {
        id: "zones-fill",
        type: "fill",
        source: "zones",
        paint: { "fill-color": colours.accent, "fill-opacity": 0.15 },
      },
      {
        id: "zones",
        type: "line",
        source: "zones",
        paint: { "line-color": colours.accent, "line-width": 2 },
      },
      { id: "off", type: "line", source: "off", paint: { "line-color": colours.late, "line-width": 2.5 } },
      {
        id: "spots",
        type: "circle",
        source: "spots",
        paint: {
          "circle-radius": ["get", "radius"],
          "circle-color": colours.text,
          "circle-stroke-color": colours.surface,
          "circle-stroke-width": 2,
        },
      },
    ],
  };
}

export class GroundMap {
  readonly map: MapLibre;
  #markers: Marker[] = [];
  #ready: Promise<void>;
  #seen = false;

  constructor(
    container: HTMLElement,
    private readonly begins: Begins,
    private readonly hears: Hears,
  ) {
    const { datum, center, zoom, colours, label } = begins;
    this.map = new MapLibre({
      container,
      style: styleOf(colours),
      center: center ? [...datum.there(...center)] : [105, 35],
      zoom: center ? zoom : 3,
      maxZoom: DEEPEST,
      fadeDuration: 0,
      renderWorldCopies: false,
      attributionControl: false,
      pitchWithRotate: false,
      doubleClickZoom: false,
      locale: { "Map.Title": label },
    });
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.#ready = new Promise((done) => void this.map.once("style.load", () => done()));
    this.map.on("click", ({ lngLat }) => hears.pressed(datum.back(lngLat.lng, lngLat.lat)));
    this.map.on("idle", () => (container.dataset["idle"] = "true"));
  }

  show({ points, zones, camera, pointer }: MapShown): void {
    const spots = [camera && this.#point(camera, 7), pointer && this.#point(pointer, 4)];
    void this.#ready.then(() => {
      this.#set(
        "zones",
        zones.map((zone) => this.#polygon(zone)),
      );
      this.#set(
        "off",
        points.flatMap(({ position, plan }) => (position && plan ? [this.#line(position, plan)] : [])),
      );
      this.#set(
        "spots",
        spots.flatMap((spot) => spot ?? []),
      );
    });
    this.#mark(points);
  }

  /** So that all of it is seen: once by itself, later when it is wanted. */
  fit(positions: readonly Position[], again = false): void {
    if (!positions.length || (this.#seen && !again)) return;
    this.#seen = true;
    const bounds = new LngLatBounds();
    for (const position of positions) bounds.extend([...this.begins.datum.there(...position)]);
    this.map.fitBounds(bounds, { padding: 48, maxZoom: 20, duration: 0 });
  }

  end(): void {
    this.map.remove();
  }

  #mark(points: readonly MapPoint[]): void {
    while (this.#markers.length > points.length) this.#markers.pop()?.remove();
    points.forEach((point, at) => {
      const marker = this.#markers[at] ?? this.#made(at);
      const element = marker.getElement();
      element.textContent = point.says;
      element.dataset["tone"] = point.bad ? "bad" : "good";
      element.dataset["chosen"] = String(point.chosen);
      if (!point.position) marker.remove();
      else {
        marker.setLngLat([...this.begins.datum.there(...point.position)]);
        if (!element.isConnected) marker.addTo(this.map);
      }
    });
  }

  #made(at: number): Marker {
    const element = document.createElement("button");
    element.type = "button";
    element.className = this.begins.marker;
    element.tabIndex = -1; // the list beside the map is for keys
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.hears.chosen(at);
    });
    const marker = new Marker({ element, draggable: true });
    const tell = (ends: boolean) => {
      const { lng, lat } = marker.getLngLat();
      this.hears.moved(at, this.begins.datum.back(lng, lat), ends);
    };
    marker.on("drag", () => tell(false));
    marker.on("dragend", () => tell(true));
    this.#markers[at] = marker;
    return marker;
  }

  #there = (position: Position): [number, number] => [...this.begins.datum.there(...position)];

  #point(position: Position, radius: number): Feature {
    return {
      type: "Feature",
      properties: { radius },
      geometry: { type: "Point", coordinates: this.#there(position) },
    };
  }

  #line(from: Position, to: Position): Feature {
    const coordinates = [this.#there(from), this.#there(to)];
    return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
  }

  #polygon(zone: readonly Position[]): Feature {
    const [first] = zone as readonly [Position, ...Position[]];
    const coordinates = [[...zone, first].map(this.#there)];
    return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates } };
  }

  #set(source: string, features: Feature[]): void {
    const found = this.map.getSource(source);
    if (found instanceof GeoJSONSource) void found.setData({ type: "FeatureCollection", features });
  }
}
