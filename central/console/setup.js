// A set-up link: somebody sets a password, and the first one makes the administrator.
import { showBar } from "./bar.js";
import { $, ask, say } from "./page.js";

// The secret leaves the address at once, so that neither the history nor a screenshot keeps it.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
let holder; // undefined: not known yet; null: the first administrator
let trouble = "";

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, ...body }) });

function show() {
  showBar();
  const first = holder === null;
  $("title").textContent = first ? say("setUpFirst") : say("setUp");
  $("hint").textContent = holder === undefined ? "" : say("passwordRules");
  $("form").hidden = holder === undefined;
  $("login-label").textContent = say("loginName");
  $("login").readOnly = !first;
  $("name-row").hidden = !first;
  $("name-label").textContent = say("shownName");
  $("password-label").textContent = say("newPassword");
  $("again-label").textContent = say("again");
  $("go").textContent = say("setUpGo");
  $(holder === undefined ? "hint" : "trouble").textContent = trouble;
}

async function setUp() {
  if ($("password").value !== $("again").value) {
    trouble = say("notTheSame");
    return show();
  }
  const first = holder === null ? { login: $("login").value, name: $("name").value || $("login").value } : {};
  try {
    await post("/api/setup", { password: $("password").value, ...first });
    location.replace("/");
  } catch (refused) {
    trouble = refused.status === 422 ? say("passwordRefused") : refused.status === 410 ? say("linkOver") : refused.message;
    show();
  }
}

async function look() {
  try {
    holder = (await post("/api/setup/look")).login;
    $("login").value = holder ?? "";
  } catch (refused) {
    trouble = refused.status === 410 || refused.status === 422 ? say("linkOver") : refused.message;
  }
  show();
  (holder === null ? $("login") : $("password")).focus();
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  setUp();
});
addEventListener("language", show);
show();
look();
