// Photos that people take: made smaller here, masked by the centre before anything of them is kept.
import { Refused, change, make, say, view } from "./page.js";
import { shrink } from "./shrink.js";

const MOST = 8;

/** A field for them, or null where the centre takes none. `kept.files`: what was chosen, over redrawings. */
export function photoField(kept) {
  if (!view.casework?.pictures) return null;
  const input = make("input", { type: "file", accept: "image/*", multiple: true, name: "pictures" });
  if (kept.files) input.files = kept.files;
  const hint = make("small", { className: "hint", textContent: say("photosMasked") });
  input.addEventListener("change", () => {
    kept.files = input.files;
    input.setCustomValidity(input.files.length > MOST ? say("photosMost") : "");
  });
  return make("label", {}, make("span", { textContent: `${say("photos")} (${say("optional")})` }), input, hint);
}

/** The sha256 of each, masked and kept. Throws Refused. */
export async function uploaded(files) {
  const names = [];
  for (const file of files ?? []) names.push(await upload(file));
  return names;
}

async function upload(file) {
  const body = await smaller(file).catch(() => { throw new Refused(422, { code: "photoUnread", detail: say("photoUnread") }); });
  return (await change("POST", "/api/v1/uploads?for=ticket", body)).sha256;
}

async function smaller(file) {
  const canvas = make("canvas");
  await shrink(file, canvas);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
