// Where a node finds the centre, and what is typed there. Pure.

const LOOPBACK = /^(localhost|127(?:\.\d+){3}|\[::1\])$/;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** As the centre says it, unless that is the centre's own machine and the reader sits at another one. */
export function centreUrl(said: string, here: string): string {
  const [told, ours] = [new URL(said), new URL(here)];
  return isLoopback(told.hostname) && !isLoopback(ours.hostname) ? ours.origin : said;
}

/** Of two commands, one after the other. Nothing of a token needs quoting; an address may. */
export function enrolCommand(url: string, token: string): string {
  const { protocol, hostname } = new URL(url);
  const open = protocol === "http:" && !isLoopback(hostname) ? " --insecure" : "";
  const quoted = /^[\w:/.[\]-]+$/.test(url) ? url : `'${url}'`;
  return `gewu-edge enroll ${quoted} ${token}${open} && gewu-edge run edge.yaml`;
}

export const DISTRICT = "[0-9]{6}";
export const NODE = "[A-Za-z0-9][A-Za-z0-9._\\-]{0,56}";
