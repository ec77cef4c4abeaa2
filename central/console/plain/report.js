// The page for reports: what, where, a photo, a few words. And, behind a report's link, what became of it.
import { forget, put, sendAll, waiting } from "./report_outbox.js";
import { inOurs, locale, otherLanguage, word } from "./report_words.js";
import { shrink } from "./shrink.js";

const $ = (id) => document.getElementById(id);
const token = location.pathname.split("/")[2] ?? null;
const at = new URLSearchParams(location.search).get("at");
let form = null; // what the centre takes
let state = null; // what became of the report of this link
let trouble = null;
let kind = null;
let spot = null; // { longitude, latitude, accuracy_m } or { at, name }
let spotSays = null;
let photo = null;
let answered = [];

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { status: answer.status });
  return body;
}

const moment = (stamp) => new Date(stamp).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });

function show() {
  document.documentElement.lang = locale();
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  $("trouble").textContent = trouble === null ? "" : word(trouble) ?? trouble;
  if (token !== null) return showState();
  const open = form !== null && (form.citizens || form.signed_in);
  $("form").hidden = !open;
  $("sign-in").hidden = form === null || form.signed_in;
  $("sign-in").firstChild.textContent = word("signIn");
  if (form !== null) showForm();
  showOutbox();
}

function showForm() {
  $("asked").textContent = inOurs(form.asked);
  $("kinds").replaceChildren(...form.kinds.map(kindButton));
  $("spot").textContent = spotSays === null ? spotWords() : word(spotSays);
  $("photo-field").hidden = form.photos !== null;
  $("no-photo").textContent = form.photos === null ? "" : word("noPhoto");
}

function kindButton(each) {
  const made = make("button", { type: "button", textContent: inOurs(each) });
  made.dataset.kind = each.word;
  made.setAttribute("aria-pressed", String(kind === each.word));
  made.addEventListener("click", () => { kind = each.word; trouble = null; show(); });
  return made;
}

function spotWords() {
  if (spot === null) return "";
  if (spot.at) return word("here") + spot.name;
  const place = `${spot.latitude.toFixed(6)}, ${spot.longitude.toFixed(6)}`;
  return spot.accuracy_m ? `${place} (${word("within")} ${Math.ceil(spot.accuracy_m)} ${word("metres")})` : place;
}

function showOutbox() {
  const waits = waiting().map((entry) => make("div", { className: "told waits" },
    make("p", { textContent: word(entry.signedIn && form?.signed_in === false ? "waitsForYou" : "waits") }), make("small", { textContent: kindName(entry.report.kind) }),
    button("tryNow", send), button("forget", () => { forget(entry.report.id); show(); })));
  const told = answered.map(({ entry, answer, why }) => (answer ? thanks(entry, answer)
    : make("div", { className: "told" }, make("p", { textContent: word("refused") + why }))));
  $("outbox").hidden = !waits.length && !told.length;
  $("outbox").replaceChildren(...told, ...waits);
}

function thanks(entry, answer) {
  const lines = [make("p", { textContent: word("taken") }), make("small", { textContent: `${word("ticket")} · ${kindName(entry.report.kind)}` }), make("b", { textContent: answer.ticket })];
  if (answer.left.length) lines.push(make("small", { textContent: word("left") + answer.left.map((each) => word("leftNames")[each]).join(", ") }));
  if (entry.photoLost) lines.push(make("small", { textContent: word("photoLost") }));
  return make("div", { className: "told" }, ...lines, make("a", { href: answer.url, textContent: word("follow") }));
}

function button(name, deed) {
  const made = make("button", { type: "button", className: "plain", textContent: word(name) });
  made.addEventListener("click", deed);
  return made;
}

function kindName(name) {
  const found = form?.kinds.find((each) => each.word === name);
  return found ? inOurs(found) : name;
}

function showState() {
  $("state").hidden = state === null;
  if (state === null) return;
  $("state").replaceChildren(make("div", { className: "told" },
    make("small", { textContent: word("ticket") }), make("b", { textContent: state.ticket }),
    make("p", { className: "standing", textContent: inOurs(state.words) }),
    make("p", { textContent: inOurs(state.kind) + (state.place ? ` · ${state.place}` : "") }),
    ...(state.text ? [make("p", { textContent: state.text })] : []),
    make("small", { textContent: `${word("seen")} ${moment(state.seen)}` }),
    make("small", { textContent: `${word("updated")} ${moment(state.updated)}` }),
    make("a", { href: "/report", textContent: word("another") })));
}

function locate() {
  spotSays = "locating";
  show();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const tooFar = coords.accuracy > form.worst_accuracy_m;
    spot = tooFar ? spot : { longitude: coords.longitude, latitude: coords.latitude, accuracy_m: coords.accuracy };
    spotSays = tooFar ? "tooUncertain" : null;
    trouble = null;
    show();
  }, () => { spotSays = "notLocated"; $("by-hand").open = true; show(); }, { enableHighAccuracy: true, timeout: 20000 });
}

function byHand() {
  const [latitude, longitude] = ["latitude", "longitude"].map((id) => ($(id).value.trim() === "" ? NaN : Number($(id).value.replace(",", "."))));
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return;
  spot = { longitude, latitude };
  [spotSays, trouble] = [null, null];
  show();
}

async function preview(file) {
  await shrink(file, $("preview"));
  $("preview").hidden = false;
  return $("preview").toDataURL("image/jpeg", 0.8);
}

function send() {
  return sendAll((entry, answer, why) => { answered = [{ entry, answer, why }, ...answered]; show(); }, keyNow).then(show);
}

/** Of the session as it is by now; "" without one. */
async function keyNow() {
  if (form === null) await begin();
  if (!form.signed_in) return "";
  return (await ask("/api/me").catch((refused) => { form.signed_in = refused.status !== 401; throw refused; })).forgery_key;
}

function report() {
  trouble = kind === null ? "chooseKind" : spot === null ? "choosePlace" : null;
  if (trouble !== null) {
    show();
    return scrollTo(0, 0);
  }
  const where = spot.at ? { at: spot.at } : { ...spot, ...(at && form.place ? { at } : {}) };
  put({ kind, ...where, text: $("text").value, seen: new Date().toISOString() }, photo, form.signed_in);
  [kind, photo] = [null, null];
  $("text").value = $("photo").value = "";
  $("preview").hidden = true;
  show();
  scrollTo(0, 0);
  send();
}

async function begin() {
  if (token !== null) {
    state = await ask(`/api/v1/reports/${encodeURIComponent(token)}`);
    return;
  }
  form = await ask(`/api/v1/report-form${at ? `?at=${encodeURIComponent(at)}` : ""}`).catch((refused) => {
    if (refused.status !== 404) throw refused;
    trouble = "noSign";
    return ask("/api/v1/report-form");
  });
  if (form.place) [spot, kind] = [{ at, name: form.place.name }, form.place.kind];
  if (!form.citizens && !form.signed_in) trouble = "notHere";
  if (waiting().length) send();
}

$("language").addEventListener("click", () => { otherLanguage(); show(); });
$("sign-in").addEventListener("click", () => sessionStorage.setItem("back", location.pathname + location.search));
$("locate").addEventListener("click", locate);
for (const id of ["latitude", "longitude"]) $(id).addEventListener("input", byHand);
$("photo").addEventListener("change", async () => {
  photo = $("photo").files.length ? await preview($("photo").files[0]).catch(() => null) : null;
});
$("form").addEventListener("submit", (event) => { event.preventDefault(); report(); });
addEventListener("online", () => { if (form !== null) send(); });
show();
begin().catch((refused) => { trouble = refused.status === 404 ? "noReport" : "away"; }).then(show);
