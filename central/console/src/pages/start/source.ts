// A new camera as the node's configuration has it, from what was typed. Pure.
import type { Schema } from "@/api/client";

export const WAYS = ["onvif", "rtsp", "file"] as const;
export type Way = (typeof WAYS)[number];

export interface Typed {
  way: Way;
  /** An address http://HOST of a camera, rtsp://..., or a path on the node. */
  address: string;
  username: string;
}

export type Tree = Schema<"PartSaved">["settings"];

export type AddressFault = "empty" | "password" | "http" | "rtsp" | null;

/** What is wrong with an address before any node is asked. */
export function wrongAddress({ way, address }: Pick<Typed, "way" | "address">): AddressFault {
  if (!address.trim()) return "empty";
  if (way === "file") return null;
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(address.trim())) return "password";
  if (way === "onvif") return /^https?:\/\/[^/\s]+/i.test(address.trim()) ? null : "http";
  return /^rtsps?:\/\/[^/\s]+/i.test(address.trim()) ? null : "rtsp";
}

/** What the node is asked to try. A recording goes on for ever, as a camera does. */
export function probed(id: string, typed: Typed): Tree {
  return typed.way === "onvif"
    ? { id, onvif: typed.address.trim(), ...user(typed) }
    : { id, ...asked(typed) };
}

const user = ({ username }: Typed): Tree => (username.trim() ? { username: username.trim() } : {});

/** The part that is the same for a try and for good; of an ONVIF camera the try finds out the rest. */
function asked(typed: Typed): Tree {
  const where = typed.address.trim();
  if (typed.way === "file") return { kind: "file", path: where };
  return typed.way === "onvif" ? user(typed) : { kind: "rtsp", url: where, ...user(typed) };
}

export interface About {
  name: string;
  place: string;
  position: { lon: number; lat: number } | null;
}

/** What is saved: `found` is what an ONVIF camera said of itself, `secret` where its password lies. */
export function saved(typed: Typed, found: Tree | null, secret: Tree | null, about: About): Tree {
  return {
    ...asked(typed),
    ...found,
    ...secret,
    ...(typed.way === "file" && { repeat: "loop" }),
    ...(about.name.trim() && { name: about.name.trim() }),
    ...(about.place.trim() && { place: about.place.trim() }),
    ...(about.position && { position: about.position }),
    zones: [],
    ignore: [],
  };
}

/** `cam-1`, `cam-2` ...: the first that is free. */
export function freeId(taken: readonly string[]): string {
  for (let at = 1; ; at++) if (!taken.includes(`cam-${at}`)) return `cam-${at}`;
}

/** The host of an ONVIF device's address: what can be read in a list. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
