// Addresses that open a map's own navigation. What lies in the mainland is moved where Chinese maps have it. Pure.
import { toGcj02 } from "@/map/gcj02";
import type { Place } from "./near";

export interface WayThere {
  name: "own" | "amap" | "apple";
  url: string;
}

const said = (value: number): string => value.toFixed(6);

/** datum: of the maps on the phones, by the centre's settings; Amap is in GCJ-02 always. */
export function waysTo(place: Place, label: string, datum: "wgs84" | "gcj02"): WayThere[] {
  const [east, north] = toGcj02([place.longitude, place.latitude]).map(said);
  const [x, y] = datum === "gcj02" ? [east, north] : [said(place.longitude), said(place.latitude)];
  const name = encodeURIComponent(label);
  return [
    { name: "own", url: `geo:${y},${x}?q=${y},${x}(${name})` },
    {
      name: "amap",
      url: `https://uri.amap.com/marker?position=${east},${north}&name=${name}&coordinate=gaode&callnative=1`,
    },
    { name: "apple", url: `https://maps.apple.com/?daddr=${y},${x}&q=${name}` },
  ];
}
