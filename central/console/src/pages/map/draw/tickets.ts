// Tickets on the map: clustered by ourselves, so that MapLibre only ever gets what is in view.
import type { Feature, Point } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { clustered, type Clusters } from "@/map/clusters";
import type { Datum } from "@/map/datum";
import { placeOf, worldX, worldY } from "@/map/mercator";
import type { Palette } from "@/map/palette";
import { hasPlace, lookOf, LOOKS, pointsOf, type Look, type Row } from "../rows";
import { pin, PIXEL_RATIO, ring, tenths } from "./signs";

const BEYOND = 0.5; // of the view on each side is drawn too, so that moving a little needs nothing new
const PIN_RADIUS = 15;

interface View {
  west: number;
  north: number;
  east: number;
  south: number;
}
/** Where something is on the map, in the world's square, and how large its sign is in pixels. */
export interface Spot {
  x: number;
  y: number;
  radius: number;
}

export class TicketLayer {
  #rows: Row[] = [];
  #looks: Look[] = [];
  #points = pointsOf([], (x, y) => [x, y]);
  #clusters: Clusters = clustered(this.#points, 0);
  #byNumber = new Map<number, number>();
  #zoom = -1;
  #drawn: View | null = null;
  #frame = 0;

  constructor(
    private readonly map: MapLibre,
    private readonly datum: Datum,
    private readonly colours: Palette,
    private readonly drew: () => void,
  ) {}

  /** now: in milliseconds. */
  show(rows: readonly Row[], now: number): void {
    this.#rows = rows.filter(hasPlace);
    this.#looks = this.#rows.map((row) => lookOf(row, now));
    this.#points = pointsOf(this.#rows, this.datum.there);
    this.#byNumber = new Map(this.#rows.map(({ number }, n) => [number, n]));
    this.#zoom = -1;
    this.#soon();
  }

  /** How many have a place. */
  get many(): number {
    return this.#rows.length;
  }

  /** The map was moved. */
  moved(): void {
    if (Math.floor(this.map.getZoom()) !== this.#zoom || !this.#covers(this.#view(0))) this.#soon();
  }

  /** The tickets of a feature that was drawn. */
  members(cluster: number): Row[] {
    const { start, members } = this.#clusters;
    return Array.from(
      members.subarray(start[cluster] ?? 0, start[cluster + 1] ?? 0),
      (n) => this.#rows[n] as Row,
    );
  }

  /** Where a ticket is drawn now, by itself or in a cluster. */
  spotOf(number: number): Spot | null {
    const point = this.#byNumber.get(number);
    const cluster = point === undefined ? undefined : this.#clusters.of[point];
    if (cluster === undefined) return null;
    const many = this.#many(cluster);
    const radius = many === 1 ? PIN_RADIUS : 24 * sizeOf(many) + 3;
    return { x: this.#clusters.x[cluster] as number, y: this.#clusters.y[cluster] as number, radius };
  }

  /** The numbers of all that MapLibre has been given. */
  async drawnNumbers(): Promise<number[]> {
    const data = await (this.map.getSource("tickets") as GeoJSONSource).getData();
    const features = "features" in data ? data.features : [];
    return features.flatMap(({ properties }) =>
      this.members(Number(properties?.["cluster"])).map(({ number }) => number),
    );
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #many = (cluster: number) =>
    (this.#clusters.start[cluster + 1] ?? 0) - (this.#clusters.start[cluster] ?? 0);

  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const zoom = Math.floor(this.map.getZoom());
    if (zoom !== this.#zoom) {
      this.#clusters = clustered(this.#points, zoom);
      this.#zoom = zoom;
    }
    const view = (this.#drawn = this.#view(BEYOND));
    const features: Feature<Point>[] = [];
    for (const [cluster, x] of this.#clusters.x.entries()) {
      const y = this.#clusters.y[cluster] as number;
      if (x > view.west && x < view.east && y > view.north && y < view.south)
        features.push(this.#feature(cluster, x, y));
    }
    void (this.map.getSource("tickets") as GeoJSONSource).setData({ type: "FeatureCollection", features });
    this.drew();
  }

  #feature(cluster: number, x: number, y: number): Feature<Point> {
    const geometry: Point = { type: "Point", coordinates: [...placeOf(x, y)] };
    const many = this.#many(cluster);
    const first = this.#clusters.members[this.#clusters.start[cluster] as number] as number;
    const drawn = many === 1 ? this.#single(first) : this.#several(cluster, many);
    return { type: "Feature", geometry, properties: { cluster, many, ...drawn } };
  }

  #single(point: number) {
    const [row, look] = [this.#rows[point] as Row, this.#looks[point] as Look];
    const image = `pin-${look}-${row.high}`;
    this.#needs(image, () => pin(look, row.high, this.colours));
    return { image, size: 1, label: "", text: 12 };
  }

  #several(cluster: number, many: number) {
    const counts = LOOKS.map(() => 0);
    const { start, members } = this.#clusters;
    for (let at = start[cluster] as number; at < (start[cluster + 1] as number); at++) {
      const look = LOOKS.indexOf(this.#looks[members[at] as number] as Look);
      counts[look] = (counts[look] as number) + 1;
    }
    const shares = tenths(counts);
    const image = `ring-${shares.join("-")}`;
    this.#needs(image, () => ring(shares, this.colours));
    return { image, size: sizeOf(many), label: String(many), text: many < 1_000 ? 12.5 : 12 };
  }

  #needs(image: string, draw: () => ImageData): void {
    if (!this.map.hasImage(image)) this.map.addImage(image, draw(), { pixelRatio: PIXEL_RATIO });
  }

  #view(beyond: number): View {
    const bounds = this.map.getBounds();
    const [west, east] = [worldX(bounds.getWest()), worldX(bounds.getEast())];
    const [north, south] = [worldY(bounds.getNorth()), worldY(bounds.getSouth())];
    const [wide, high] = [(east - west) * beyond, (south - north) * beyond];
    return { west: west - wide, east: east + wide, north: north - high, south: south + high };
  }

  #covers(view: View): boolean {
    const drawn = this.#drawn;
    return (
      drawn !== null &&
      drawn.west <= view.west &&
      drawn.east >= view.east &&
      drawn.north <= view.north &&
      drawn.south >= view.south
    );
  }
}

/** Of a cluster's ring, against its full size. */
const sizeOf = (many: number): number => Math.min(1.2, 0.68 + Math.log10(many) * 0.16);
