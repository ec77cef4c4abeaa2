// Which pictures of a ticket show what, and where its situations lie in them. Pure.
import { corners, type Box, type Outline, type Point } from "@/pictures/outlines";
import { pictureUrl } from "@/api/pictures";
import type { Shot } from "@/replay/film";
import type { Picture, Ticket } from "./asking";

type Facts = Pick<Ticket, "evidence" | "events" | "situation" | "zone">;

export const isImage = ({ media_type }: Pick<Picture, "media_type">): boolean =>
  media_type.startsWith("image/");
const last = ({ role }: Picture): number => (role === "after" ? 1 : 0);

/** Those that have come, as they were taken. */
export const imagesOf = (ticket: Pick<Ticket, "evidence">): Picture[] =>
  ticket.evidence
    .filter((picture) => picture.here && isImage(picture))
    .sort((one, other) => Date.parse(one.taken) - Date.parse(other.taken) || last(one) - last(other));
/** Pictures of the whole scene, over which the boxes of a replay go. */
export const shotsOf = (ticket: Pick<Ticket, "evidence" | "number">): Shot[] =>
  imagesOf(ticket)
    .filter(({ role }) => role !== "detail")
    .map((picture) => ({ at: Date.parse(picture.taken), src: pictureUrl(picture, ticket.number) }));
export const clipsOf = (ticket: Pick<Ticket, "evidence">): Picture[] =>
  ticket.evidence.filter((picture) => picture.here && !isImage(picture));

/** How it was found, and how it was left: the newest picture of that. */
export function sidesOf(images: readonly Picture[]): { before: Picture | null; after: Picture | null } {
  const after = images.findLast(({ role }) => role === "after") ?? null;
  const before =
    images.find(({ role }) => role === "before") ?? images.find(({ role }) => role !== "after") ?? null;
  return { before, after };
}

/** What an event says of its situation at one time. */
export interface Sight {
  situation: string;
  source: string;
  at: number;
  box: Box | null;
  footprint: Point[] | null;
  evidence: string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBox = (value: unknown): value is Box =>
  Array.isArray(value) && value.length === 4 && value.every((each) => typeof each === "number");

/** Events of situations, oldest first; what has another shape is left out. */
export function sightsOf(events: Facts["events"]): Sight[] {
  return events
    .flatMap(({ body, time }) => {
      const data = body.data;
      if (!isRecord(data) || typeof body.subject !== "string") return [];
      const source = isRecord(data.source) && typeof data.source.id === "string" ? data.source.id : "";
      const evidence = Array.isArray(data.evidence) ? data.evidence.filter(isRecord) : [];
      return [
        {
          situation: body.subject,
          source,
          at: Date.parse(time),
          box: isBox(data.box) ? data.box : null,
          footprint: Array.isArray(data.footprint) ? (data.footprint as Point[]) : null,
          evidence: evidence.map(({ sha256 }) => String(sha256)),
        },
      ];
    })
    .sort((one, other) => one.at - other.at);
}

/** The situation that a picture was taken for, and the others that its source told of by then. */
export function outlinesIn(
  picture: Picture,
  sights: readonly Sight[],
  says: { own: string; other: string },
): Outline[] {
  const own = sights.find(({ evidence }) => evidence.includes(picture.sha256));
  if (!own) return [];
  const others = new Map<string, Sight>();
  for (const sight of sights)
    if (sight.source === own.source && sight.situation !== own.situation && sight.at <= own.at)
      others.set(sight.situation, sight);
  return [
    ...outlined(own, says.own, "main"),
    ...[...others.values()].flatMap((each) => outlined(each, says.other, "other")),
  ];
}

function outlined({ box, footprint }: Sight, says: string, tone: "main" | "other"): Outline[] {
  const found: Outline[] = box ? [{ points: corners(box), says, tone }] : [];
  return footprint ? [...found, { points: footprint, says, tone }] : found;
}
