import type { Schema } from "@/api/client";
import { forgeryKey } from "@/api/forgery";
import { problemOf, unreachable } from "@/api/problem";

/** A photo to the centre, which masks it before anything of it is kept; what it is called there. Throws a Problem. */
export async function sendPhoto(photo: Blob, purpose: "ticket" | "report"): Promise<string> {
  const key = forgeryKey();
  const headers: Record<string, string> = { "Content-Type": photo.type || "image/jpeg" };
  if (key) headers["X-Gewu-Forgery-Key"] = key;
  const answer = await fetch(`/api/v1/uploads?for=${purpose}`, {
    method: "POST",
    headers,
    body: photo,
  }).catch(() => {
    throw unreachable();
  });
  if (!answer.ok) throw await problemOf(answer);
  return ((await answer.json()) as Schema<"UploadAnswer">).sha256;
}
