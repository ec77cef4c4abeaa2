import { useEffect, useRef, useState } from "react";
import { statusOf } from "@/api/problem";
import { lineBack, send, type Kept } from "./sending";
import { shrunk } from "./shrink";

export const MOST_PHOTOS = 8;
const TRIES_LATER = [0, 429, 503]; // no line, or the centre is busy

export interface Photo {
  id: number;
  name: string;
  /** A picture of it in the browser's own memory; nobody else has it yet. */
  seen: string;
  state: "reading" | "sending" | "masking" | "waiting" | "kept" | "refused" | "unread";
  share: number;
  /** Why it was refused. */
  why: unknown;
  kept: Kept | null;
}

export interface Photos {
  all: readonly Photo[];
  /** The sha256 of those that are kept. */
  sha256: string[];
  /** Some are still on their way. */
  busy: boolean;
  add: (files: Iterable<File>) => void;
  remove: (id: number) => void;
}

const ON_THE_WAY = new Set<Photo["state"]>(["reading", "sending", "masking", "waiting"]);

/** Photos that go to the centre as soon as they are chosen, and go on by themselves when the line comes back. */
export function usePhotos(): Photos {
  const [all, setAll] = useState<readonly Photo[]>([]);
  const stops = useRef(new Map<number, AbortController>());
  const next = useRef(0);
  useEffect(() => {
    const open = stops.current;
    return () => open.forEach((stop) => stop.abort());
  }, []);
  const change = (id: number, part: Partial<Photo>) =>
    setAll((known) => known.map((photo) => (photo.id === id ? { ...photo, ...part } : photo)));

  async function take(id: number, file: File, signal: AbortSignal): Promise<void> {
    const small = await shrunk(file).catch(() => null);
    if (!small) return change(id, { state: "unread" });
    while (!signal.aborted) {
      change(id, { state: "sending", share: 0 });
      try {
        const tell = (share: number) => change(id, { share, state: share < 1 ? "sending" : "masking" });
        return change(id, { state: "kept", kept: await send(small, tell, signal) });
      } catch (error) {
        if (!TRIES_LATER.includes(statusOf(error) ?? -1)) return change(id, { state: "refused", why: error });
        change(id, { state: "waiting" });
        await lineBack(signal);
      }
    }
  }

  function add(files: Iterable<File>): void {
    for (const file of [...files].slice(0, MOST_PHOTOS - all.length)) {
      const [id, stop] = [next.current++, new AbortController()];
      stops.current.set(id, stop);
      const seen = URL.createObjectURL(file);
      const photo: Photo = { id, name: file.name, seen, state: "reading", share: 0, why: null, kept: null };
      setAll((known) => [...known, photo]);
      void take(id, file, stop.signal);
    }
  }

  function remove(id: number): void {
    stops.current.get(id)?.abort();
    stops.current.delete(id);
    setAll((known) => known.filter((photo) => photo.id !== id));
  }

  return {
    all,
    add,
    remove,
    busy: all.some(({ state }) => ON_THE_WAY.has(state)),
    sha256: all.flatMap(({ kept }) => (kept ? [kept.sha256] : [])),
  };
}
