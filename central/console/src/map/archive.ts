import { addProtocol } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";

const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

/** What an archive holds. `layers`: names of its vector layers, in its order. */
export async function archiveOf(url: string): Promise<{ url: string; vector: boolean; layers: string[] }> {
  const archive = new PMTiles(url);
  protocol.add(archive);
  const [header, said] = [
    await archive.getHeader(),
    (await archive.getMetadata()) as { vector_layers?: { id: string }[] },
  ];
  const layers = said.vector_layers?.map(({ id }) => id) ?? [];
  return { url, vector: header.tileType === TileType.Mvt, layers };
}
