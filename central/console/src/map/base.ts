// What lies under the map by configuration: raster tiles, or a PMTiles archive of our own. Nothing otherwise.
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Schema } from "@/api/client";
import type { Palette } from "./palette";

export type BaseAnswer = Schema<"BaseAnswer">;
export interface Base {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

export const SOURCE = "base";

/** Layers have names that begin with `base:`. Raises where the archive cannot be read. */
export async function baseOf(said: BaseAnswer, colours: Palette): Promise<Base | null> {
  if (said.kind === "none" || said.url === null) return null;
  if (said.kind === "raster") return raster({ tiles: [said.url] });
  const { archiveOf } = await import("./archive");
  const archive = await archiveOf(new URL(said.url, location.href).href);
  const url = `pmtiles://${archive.url}`;
  if (!archive.vector) return raster({ url });
  const layers = archive.layers.flatMap((name) => ground(name, colours));
  return { sources: { [SOURCE]: { type: "vector", url } }, layers };
}

const raster = (from: { tiles: string[] } | { url: string }): Base => ({
  sources: { [SOURCE]: { type: "raster", tileSize: 256, ...from } },
  layers: [{ id: "base:raster", type: "raster", source: SOURCE, paint: { "raster-fade-duration": 0 } }],
});

/** Layers of the usual schemas (Protomaps, OpenMapTiles) by what their names say; others are left out. */
function ground(name: string, colours: Palette): LayerSpecification[] {
  const own = { id: `base:${name}`, source: SOURCE, "source-layer": name };
  if (/water/.test(name)) return [{ ...own, type: "fill", paint: { "fill-color": colours.water } }];
  if (/^earth|landcover|landuse|^park/.test(name))
    return [{ ...own, type: "fill", paint: { "fill-color": colours.sunken, "fill-opacity": 0.5 } }];
  if (/building/.test(name))
    return [{ ...own, type: "fill", minzoom: 14, paint: { "fill-color": colours.sunken } }];
  if (/road|transportation$|street/.test(name))
    return [
      {
        ...own,
        type: "line",
        paint: {
          "line-color": colours.line,
          "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 0.5, 14, 2, 18, 12],
        },
      },
    ];
  if (/bound/.test(name))
    return [{ ...own, type: "line", paint: { "line-color": colours.strong, "line-dasharray": [3, 2] } }];
  return [];
}
