// The grid's cells: kept by the browser for as long as they do not change, moved where the base map needs it.
import { movedAll, type Datum } from "@/map/datum";
import type { Cells } from "./draw/cellLayer";

const CELLS = "/api/map/cells";
let asked: Promise<Cells | null> | null = null;

/** Ahead of the map, which takes the answer once. */
export function askForCells(): void {
  asked ??= fetched();
}

/** null where there are none, or none to be had: the tickets stand without them. */
export async function cellsOf(datum: Datum): Promise<Cells | null> {
  const told = await (asked ?? fetched());
  asked = null;
  if (told && datum.moves)
    for (const { geometry } of told.features)
      geometry.coordinates = movedAll(geometry.coordinates, datum) as unknown as typeof geometry.coordinates;
  return told;
}

const fetched = (): Promise<Cells | null> =>
  fetch(CELLS, { headers: { "X-Gewu-Quiet": "1" } })
    .then((answer) => (answer.ok ? (answer.json() as Promise<Cells>) : null))
    .catch(() => null);
