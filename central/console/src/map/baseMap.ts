// The base map that the configuration names, laid under a map, and laid again where its server was away.
import {
  AttributionControl,
  type ErrorEvent,
  type Map as MapLibre,
  type MapSourceDataEvent,
} from "maplibre-gl";
import { baseOf, SOURCE, type BaseAnswer } from "./base";
import type { Palette } from "./palette";

const AGAIN_MS = 60_000;
const BELOW = "above-base"; // the layer under which it lies, in the style of every map

interface Hears {
  /** Its layers were added. */
  laid: () => void;
  /** Whether nothing of it can be loaded here; told when the map has come to rest, so that a single tile says nothing. */
  away: (away: boolean) => void;
}

export class BaseMap {
  #tiles = { came: 0, failed: 0, ever: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #laid = false;
  #ended = false;

  constructor(
    private readonly map: MapLibre,
    private readonly said: BaseAnswer,
    private readonly colours: Palette,
    private readonly hears: Hears,
  ) {
    if (said.kind === "none") return;
    map.on("error", this.#failed);
    map.on("sourcedata", this.#came);
    map.on("idle", this.#rests);
    addEventListener("online", this.again);
    if (said.attribution)
      map.addControl(
        new AttributionControl({ customAttribution: said.attribution, compact: true }),
        "bottom-left", // legends lie on the right
      );
    if (map.getLayer(BELOW)) this.again();
    else map.once("style.load", this.again);
  }

  /** Laid anew: what could not be loaded is asked for once more. */
  again = (): void => {
    clearTimeout(this.#timer);
    if (!this.#ended) this.#lie().catch(() => this.#tell(true));
  };

  /** Before its map ends. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.again);
    this.map.off("error", this.#failed);
    this.map.off("sourcedata", this.#came);
    this.map.off("idle", this.#rests);
  }

  async #lie(): Promise<void> {
    const base = await baseOf(this.said, this.colours);
    if (this.#ended || !base) return;
    this.#lift();
    for (const [name, source] of Object.entries(base.sources)) this.map.addSource(name, source);
    for (const layer of base.layers) this.map.addLayer(layer, BELOW);
    this.#laid = true;
    this.hears.laid();
  }

  #lift(): void {
    for (const id of this.#layers()) this.map.removeLayer(id);
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
    this.#tiles = { came: 0, failed: 0, ever: false };
  }

  #failed = (event: ErrorEvent): void => {
    if ((event as { sourceId?: string }).sourceId === SOURCE) this.#tiles.failed += 1;
    else reportError(event.error); // nothing else is kept quiet
  };

  #came = ({ sourceId, tile }: MapSourceDataEvent): void => {
    if (sourceId === SOURCE && tile) this.#tiles.came += 1;
  };

  /** Of raster tiles there is one for every place; where a server knows none of them its address is wrong. */
  #rests = (): void => {
    if (!this.#laid) return;
    if (!this.#asked()) return this.#tell(false);
    const { came, failed, ever } = this.#tiles;
    this.#tiles = { came: 0, failed: 0, ever: ever || came > 0 };
    if (came > 0) this.#tell(false);
    else if (failed > 0 || (!ever && this.said.kind === "raster")) this.#tell(true);
  };

  #layers(): string[] {
    return this.map.getLayersOrder().filter((id) => id.startsWith("base:"));
  }

  /** Whether it is switched on: of what is not, nothing is loaded. */
  #asked(): boolean {
    return this.#layers().some((id) => this.map.getLayoutProperty(id, "visibility") !== "none");
  }

  #tell(away: boolean): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    if (away) this.#timer = setTimeout(this.again, AGAIN_MS);
    this.hears.away(away);
  }
}
