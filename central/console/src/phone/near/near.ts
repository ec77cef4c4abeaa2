// Distances and directions, worked out on the phone alone. Pure.
import type { Ticket } from "../engine/shapes";

export interface Place {
  longitude: number;
  latitude: number;
}

const EARTH_M = 6_371_008.8;
const turn = (degrees: number): number => (degrees * Math.PI) / 180;

/** Where a ticket is: its point, or the middle of its area's corners; null where nobody said. */
export function placeOf({ location }: Pick<Ticket, "location">): Place | null {
  if (!location) return null;
  const { geometry } = location;
  const corners = geometry.type === "Point" ? [geometry.coordinates] : (geometry.coordinates[0] ?? []);
  const ring = corners.length > 1 ? corners.slice(1) : corners; // the first corner comes again at the end
  if (!ring.length) return null;
  const mean = (axis: 0 | 1) => ring.reduce((sum, corner) => sum + Number(corner[axis]), 0) / ring.length;
  return { longitude: mean(0), latitude: mean(1) };
}

/** From one place to another in metres east and north; good for a city. */
export function offset(from: Place, to: Place): [east: number, north: number] {
  const middle = turn((from.latitude + to.latitude) / 2);
  return [
    turn(to.longitude - from.longitude) * Math.cos(middle) * EARTH_M,
    turn(to.latitude - from.latitude) * EARTH_M,
  ];
}

export const metres = (from: Place, to: Place): number => Math.hypot(...offset(from, to));

/** Degrees clockwise from north. */
export function bearing(from: Place, to: Place): number {
  const [east, north] = offset(from, to);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

export const POINTS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;
export const pointOf = (degrees: number): (typeof POINTS)[number] =>
  POINTS[Math.round(degrees / 45) % POINTS.length] ?? "n";

/** Metres as one says them: 40, 350, 1200, 12300. */
export function roundly(distance: number): number {
  const step = distance < 100 ? 5 : distance < 1_000 ? 10 : distance < 10_000 ? 100 : 1_000;
  return Math.round(distance / step) * step;
}

const LEVELS = [15, 12, 9, 6];

/** How far a cell is by its code alone: 0 the same cell, 1 the same community, 2 street, 3 district, 4 elsewhere. */
export function steps(own: string, cell: string | null): number {
  const found = LEVELS.findIndex((digits) => cell !== null && own.slice(0, digits) === cell.slice(0, digits));
  return found < 0 ? LEVELS.length : found;
}

export interface Near {
  ticket: Ticket;
  /** From here, in metres; null where either place is not known. */
  away: number | null;
  /** Degrees from north. */
  towards: number | null;
}

/** The nearest first: by the position where there is one, else by the cell; then by when they are due. */
export function sorted(tickets: readonly Ticket[], here: Place | null, cell: string): Near[] {
  return tickets
    .map((ticket) => {
      const place = here && placeOf(ticket);
      return {
        ticket,
        away: place ? metres(here, place) : null,
        towards: place ? bearing(here, place) : null,
      };
    })
    .sort(
      (one, other) =>
        byNumber(one.away, other.away) ||
        (cell && !here ? steps(cell, one.ticket.cell) - steps(cell, other.ticket.cell) : 0) ||
        byNumber(time(one.ticket.due_at), time(other.ticket.due_at)) ||
        other.ticket.number.localeCompare(one.ticket.number, "en", { numeric: true }),
    );
}

const time = (stamp: string | null): number | null => (stamp === null ? null : Date.parse(stamp));
const byNumber = (one: number | null, other: number | null): number =>
  one === other ? 0 : one === null ? 1 : other === null ? -1 : one - other;
