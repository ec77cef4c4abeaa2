// The bar at the top: who is signed in, signing out, the language.
import { $, change, get, say, toSignIn, view } from "./page.js";

const SIGN_OF_LIFE_MS = 60000;
let seen = Date.now();

export async function whoAmI() {
  view.me = await get("/api/me", { quiet: true });
  showBar();
}

export function showBar() {
  document.documentElement.lang = view.language === "zh" ? "zh-CN" : "en";
  $("language").textContent = say("language");
  for (const id of ["who", "signout"]) if ($(id)) $(id).hidden = view.me === null;
  if (!view.me || !$("who")) return;
  if ($("indicators")) showLink($("indicators"));
  $("who").textContent = view.me.name;
  $("who").title = `${view.me.login} · ${say("roleNames")[view.me.role]}`;
  $("signout").textContent = say("signOut");
}

function showLink(link) {
  link.textContent = say("indicators");
  link.hidden = !may("indicator.view");
}

export const may = (action) => view.me?.actions.includes(action) ?? false;

$("language").addEventListener("click", () => {
  view.language = view.language === "zh" ? "en" : "zh";
  localStorage.setItem("language", view.language);
  showBar();
  dispatchEvent(new Event("language"));
});

$("signout")?.addEventListener("click", async () => {
  await change("POST", "/api/signout").catch(() => null);
  toSignIn();
  sessionStorage.removeItem("back");
});

// Whoever only watches is somebody too: a hand on the page keeps the session, at most one word a minute.
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => {
    if (!view.me || Date.now() - seen < SIGN_OF_LIFE_MS) return;
    seen = Date.now();
    get("/api/me").catch(() => null);
  });
}
