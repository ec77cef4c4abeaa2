import { Marker } from "maplibre-gl";
import { placeOf } from "@/map/mercator";
import styles from "./Canvas.module.css";
import type { Surface } from "./draw/surface";
import type { Row } from "./rows";

const MOST = 12; // at once; a flood would say nothing

/** Tickets that were just opened draw the eye once, and never again. */
export function pulse(surface: Surface, rows: readonly Row[]): void {
  // The ring stands where the ticket is drawn, which it is within a frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (const { number } of rows.slice(0, MOST)) once(surface, number);
    }),
  );
}

function once(surface: Surface, number: number): void {
  const spot = surface.tickets.spotOf(number);
  if (!spot) return;
  const element = document.createElement("div");
  const ring = document.createElement("div");
  ring.className = styles.pulse ?? "";
  element.append(ring);
  const marker = new Marker({ element }).setLngLat([...placeOf(spot.x, spot.y)]).addTo(surface.map);
  element.setAttribute("aria-hidden", "true");
  element.removeAttribute("role");
  element.removeAttribute("tabindex");
  ring.addEventListener("animationend", () => marker.remove());
}
