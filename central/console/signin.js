// Signing in, and then back to where one was.
import { showBar } from "./bar.js";
import { $, ask, say } from "./page.js";

const PAGES = ["/", "/ticket", "/people", "/indicators", "/report"];
let ways = { outside: null, set_up: false };
let trouble = null;

function show() {
  showBar();
  $("form").hidden = false; // not before there is a script: without one nothing may be sent
  $("title").textContent = say("signIn");
  $("hint").textContent = ways.set_up ? say("nobodyYet") : "";
  $("login-label").textContent = say("loginName");
  $("password-label").textContent = say("password");
  $("go").textContent = say("signIn");
  $("outside").hidden = ways.outside === null;
  $("outside").textContent = `${say("signInWith")} ${ways.outside}`;
  $("trouble").textContent = trouble === null ? "" : say("signInTroubles")[trouble] ?? say("signInTroubles").other;
}

function goOn() {
  const back = sessionStorage.getItem("back") ?? "/";
  sessionStorage.removeItem("back");
  location.replace(PAGES.includes(back.split(/[?#]/)[0]) ? back : "/");
}

async function signIn() {
  const body = JSON.stringify({ login: $("login").value, password: $("password").value });
  $("go").disabled = true;
  try {
    await ask("/api/signin", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    goOn();
  } catch (refused) {
    trouble = refused.status ?? "away";
    $("password").value = "";
    $("password").focus();
  }
  $("go").disabled = false;
  show();
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn();
});
$("outside").addEventListener("click", () => location.assign("/api/signin/oidc"));
addEventListener("language", show);

if (location.hash === "#done") {
  goOn();
} else {
  if (location.hash === "#refused") trouble = "outside";
  show();
  $("login").focus();
  ask("/api/signin").then((answer) => { ways = answer; show(); }, () => { trouble = "away"; show(); });
}
