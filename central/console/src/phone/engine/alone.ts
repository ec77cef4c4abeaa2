const LOCK = "gewu phone sync";

/** One round at a time, where several pages are open, and the service worker beside them. */
export const alone = (round: () => Promise<void>): Promise<void> =>
  "locks" in navigator ? navigator.locks.request(LOCK, () => round()).then(() => undefined) : round();
