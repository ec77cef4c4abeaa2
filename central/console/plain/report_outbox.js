// Reports that were not answered yet. They are kept on the phone until the centre has them, under a name made
// here, so that sending one twice is harmless.

const KEY = "gewu reports";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60000;
const MOST_PHOTO_TRIES = 5; // then the report goes without its photo
const OLDEST_MS = 6 * 86400000; // the centre takes nothing that is much older
let waitMs = FIRST_WAIT_MS;
let timer = null;
let busy = false;

export function waiting() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

const keep = (all) => localStorage.setItem(KEY, JSON.stringify(all));

/** `photo`: a data URL or null. When the phone's store is full, the report goes without its photo. */
export function put(report, photo, signedIn) {
  const entry = { report: { ...report, id: newName() }, photo, signedIn, at: Date.now() };
  try {
    keep([...waiting(), entry]);
  } catch {
    keep([...waiting(), { ...entry, photo: null, photoLost: true }]);
  }
}

export function forget(id) {
  keep(waiting().filter((each) => each.report.id !== id));
}

/** `told` hears of each report that was answered: told(entry, answer) or told(entry, null, why). */
export async function sendAll(told, keyNow) {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  const key = await keyNow().catch(() => null);
  const ours = waiting().filter((entry) => key || (key === "" && !entry.signedIn));
  let away = !ours.length;
  for (const entry of ours) {
    if (Date.now() - entry.at > OLDEST_MS) {
      forget(entry.report.id);
      continue;
    }
    away = !(await sendOne(entry, told, key));
    if (away) break;
  }
  busy = false;
  waitMs = away ? Math.min(2 * waitMs, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
  if (waiting().length) timer = setTimeout(() => sendAll(told, keyNow), waitMs);
}

/** False: nobody answered, or only later. */
async function sendOne(entry, told, key) {
  try {
    const pictures = entry.photo ? await upload(entry, key) : [];
    const answer = await post("/api/v1/reports", JSON.stringify({ ...entry.report, pictures }), "application/json", key);
    if (answer.status === 429 || answer.status >= 500) return false;
    const body = await answer.json();
    forget(entry.report.id);
    if (answer.ok) told(entry, body);
    else told(entry, null, body.detail ?? answer.statusText);
    return true;
  } catch {
    return false;
  }
}

/** A photo that is refused, or that cannot be taken for long, is left behind: the report matters more. */
async function upload(entry, key) {
  const bytes = Uint8Array.from(atob(entry.photo.split(",")[1]), (sign) => sign.charCodeAt(0));
  const answer = await post("/api/v1/uploads?for=report", bytes, "image/jpeg", key);
  if ((answer.status === 429 || answer.status >= 500) && tried(entry) < MOST_PHOTO_TRIES) throw new Error("later");
  if (answer.ok) return [(await answer.json()).sha256];
  entry.photoLost = true;
  return [];
}

function tried(entry) {
  entry.tries = (entry.tries ?? 0) + 1;
  keep(waiting().map((each) => (each.report.id === entry.report.id ? entry : each)));
  return entry.tries;
}

const post = (path, body, kind, key) =>
  fetch(path, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": kind, ...(key ? { "X-Gewu-Forgery-Key": key } : {}) },
    body,
  });

/** Without crypto.randomUUID, which pages in clear do not have. */
function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}
