import { Marker } from "maplibre-gl";
import { placeOf } from "@/map/mercator";
import styles from "./Canvas.module.css";
import type { Surface } from "./draw/surface";
import type { Spot } from "./draw/tickets";

const MOST = 12; // at once; a flood would say nothing
const FRAMES = 30; // until which a new ticket is drawn, or is not among those that are shown

/** Tickets that were just opened draw the eye once, and never again. */
export function pulse(surface: Surface, numbers: readonly (number | null)[]): void {
  for (const number of numbers.slice(0, MOST)) if (number !== null) soon(surface, number, FRAMES);
}

function soon(surface: Surface, number: number, frames: number): void {
  requestAnimationFrame(() => {
    const spot = surface.tickets.spotOf(number);
    if (spot) once(surface, spot);
    else if (frames > 0) soon(surface, number, frames - 1);
  });
}

function once(surface: Surface, { x, y }: Spot): void {
  const element = document.createElement("div");
  const ring = document.createElement("div");
  ring.className = styles.pulse ?? "";
  element.append(ring);
  const marker = new Marker({ element }).setLngLat([...placeOf(x, y)]).addTo(surface.map);
  for (const name of ["role", "tabindex", "aria-label"]) element.removeAttribute(name);
  element.setAttribute("aria-hidden", "true");
  element.dataset["pulse"] = "";
  ring.addEventListener("animationend", () => marker.remove());
}
