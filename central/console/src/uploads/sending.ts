// One photo to the centre, which masks it before anything of it is kept. `fetch` tells of no progress, so XHR.
import type { Schema } from "@/api/client";
import { forgeryKey } from "@/api/forgery";
import { Problem, unreachable } from "@/api/problem";

export type Kept = Schema<"UploadAnswer">;

/** Throws a Problem; status 0 where the line broke. `share`: of its bytes, 0..1. */
export function send(photo: Blob, onShare: (share: number) => void, signal: AbortSignal): Promise<Kept> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/uploads?for=ticket");
    request.setRequestHeader("Content-Type", photo.type);
    request.setRequestHeader("X-Gewu-Forgery-Key", forgeryKey());
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
    request.onload = () => {
      const body = (request.response ?? {}) as Record<string, unknown>;
      if (request.status === 201) done(body as unknown as Kept);
      else fail(new Problem(request.status, { title: request.statusText, ...body }));
    };
    request.onerror = () => fail(unreachable());
    request.ontimeout = () => fail(unreachable());
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(photo);
  });
}

const PAUSE_MS = 3_000;

/** When it is worth trying again: the browser says that there is a line, or a while has passed. */
export function lineBack(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, PAUSE_MS);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
