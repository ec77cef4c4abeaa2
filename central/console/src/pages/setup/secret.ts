// The secret leaves the address at once, so that neither the history nor a screenshot keeps it.
let secret = "";

export function takeSecret(): string {
  const said = location.hash.slice(1);
  if (said) {
    secret = said;
    history.replaceState(history.state, "", location.pathname);
  }
  return secret;
}
