// The account, tokens, users and the audit: each part is shown to those who may see it.
import { showAudit } from "./audit.js";
import { may, showBar, whoAmI } from "./bar.js";
import { button, field, form, panel, row } from "./forms.js";
import { $, change, get, make, say, toSignIn, view, when } from "./page.js";

/** Something that is shown once. */
function reveal(title, secret) {
  $("shown-title").textContent = title;
  $("shown-hint").textContent = say("shownOnce");
  $("shown-secret").value = secret;
  $("shown-close").textContent = say("close");
  $("shown").showModal();
  $("shown-secret").select();
}

function showOwn() {
  const me = view.me;
  const facts = make("p", { className: "hint", textContent: `${me.login} · ${say("roleNames")[me.role]} · ${say("sessionsOpen")} ${me.sessions}` });
  const everywhere = button(say("signOutEverywhere"), async () => {
    await change("DELETE", "/api/me/sessions");
    toSignIn();
  });
  const parts = [facts, everywhere];
  if (me.password) parts.push(passwordForm());
  panel("own", me.name, ...parts);
}

function passwordForm() {
  const words = { old: say("oldPassword"), fresh: say("newPassword"), again: say("again") };
  const fields = {
    old: field(words.old, { type: "password", autocomplete: "current-password" }),
    fresh: field(words.fresh, { type: "password", autocomplete: "new-password" }),
    again: field(words.again, { type: "password", autocomplete: "new-password" }),
  };
  return form(say("changePassword"), fields, async ({ old, fresh, again }) => {
    if (fresh !== again) return say("notTheSame");
    try {
      await change("POST", "/api/me/password", { old, new: fresh });
    } catch (refused) {
      return { 403: say("oldWrong"), 422: say("passwordRefused") }[refused.status] ?? refused.message;
    }
    await whoAmI();
    return say("passwordChanged");
  }, say("passwordRules"));
}

async function showTokens() {
  if (!may("token.make")) return;
  const { items, scopes } = await get("/api/tokens");
  const rows = items.map((token) => row(
    [token.name, make("span", {}, ...token.scopes.flatMap((scope) => [make("code", { textContent: scope }), " "])), when(token.expires), token.used ? when(token.used) : say("never")],
    button(say("drop"), () => change("DELETE", `/api/tokens/${token.number}`).then(showTokens)),
  ));
  const fields = { name: field(say("tokenName"), { maxLength: 80 }), days: field(say("tokenDays"), { type: "number", min: 1, max: 366, value: 90 }) };
  const boxes = scopes.map((scope) => make("label", { className: "box" }, make("input", { type: "checkbox", value: scope }), make("code", { textContent: scope })));
  const making = form(say("makeToken"), fields, async ({ name, days }) => {
    const wanted = boxes.map((box) => box.firstChild).filter((box) => box.checked).map((box) => box.value);
    if (!wanted.length) return say("noScope");
    try {
      const made = await change("POST", "/api/tokens", { name, days: Number(days), scopes: wanted });
      reveal(name, made.token);
    } catch (refused) {
      return refused.message;
    }
    await showTokens();
    return "";
  }, "", make("div", { className: "boxes" }, ...boxes));
  panel("tokens", say("tokens"), list([say("tokenName"), say("scopes"), say("ends"), say("lastUsed"), ""], rows), making);
}

async function showUsers() {
  if (!may("user.manage")) return;
  const { items } = await get("/api/users");
  const adding = form(say("addUser"), {
    login: field(say("loginName"), { pattern: "[A-Za-z0-9][A-Za-z0-9._@\\-]*", maxLength: 64, autocapitalize: "none", autocomplete: "off" }),
    name: field(say("shownName"), { maxLength: 80, autocomplete: "off" }),
    role: roleChoice("viewer", () => null, say("role")),
  }, async (wanted) => {
    try {
      reveal(wanted.login, location.origin + (await change("POST", "/api/users", wanted)).link);
    } catch (refused) {
      return refused.status === 409 ? say("loginTaken") : refused.message;
    }
    await showUsers();
    return "";
  });
  panel("users", say("users"), list([say("loginName"), say("shownName"), say("role"), say("signsIn"), ""], items.map(userRow)), adding);
}

function userRow(user) {
  const path = `/api/users/${encodeURIComponent(user.login)}`;
  const alter = (changes) => change("PATCH", path, changes).then(showUsers, (refused) => {
    $("users").querySelector(".trouble").textContent = refused.status === 409 ? say("lastAdministrator") : refused.message;
    return showUsers;
  });
  const role = roleChoice(user.role, (chosen) => alter({ role: chosen }), "");
  const link = button(say("newLink"), async () => reveal(user.login, location.origin + (await change("POST", `${path}/link`)).link));
  const able = button(user.disabled ? say("enable") : say("disable"), () => alter({ disabled: !user.disabled }));
  const state = user.disabled ? say("disabledNow") : say("signsInBy")[user.signs_in];
  return row([user.login, user.name, role, state], make("div", { className: "deeds" }, ...(user.disabled || user.signs_in === "outside" ? [able] : [link, able])));
}

function roleChoice(now, chosen, label) {
  const options = Object.entries(say("roleNames")).map(([role, name]) => make("option", { value: role, textContent: name, selected: role === now }));
  const choice = make("select", { ariaLabel: say("role") }, ...options);
  choice.addEventListener("change", () => chosen(choice.value));
  return label ? make("label", {}, make("span", { textContent: label }), choice) : choice;
}

function list(heads, rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { textContent: text })));
  return make("div", { className: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

async function show() {
  showBar();
  $("home").textContent = say("title");
  if (view.me === null) return;
  showOwn();
  await Promise.all([showTokens(), showUsers(), may("audit.view") ? showAudit() : null]);
}

addEventListener("language", show);
$("shown-close").addEventListener("click", () => $("shown").close());
$("shown").addEventListener("close", () => { $("shown-secret").value = ""; });
show();
whoAmI().then(show, () => null);
