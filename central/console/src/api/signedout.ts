// Nobody is signed in any more: to the sign-in page, and back from there to where one was.
const BACK = "back";

/** A path within this console, as a link that may be gone back to; null for anything else. */
export function within(path: string | null): string | null {
  return path !== null && /^\/(?![/\\])/.test(path) && !/^\/(signin|setup)\b/.test(path) ? path : null;
}

export function keepPlace(): void {
  const here = location.pathname + location.search + location.hash;
  if (within(here)) sessionStorage.setItem(BACK, here);
}

export const forgetPlace = (): void => sessionStorage.removeItem(BACK);

export function takePlace(): string {
  const kept = within(sessionStorage.getItem(BACK));
  forgetPlace();
  return kept ?? "/";
}

/** Leaves this page whole: nothing of what it held stays in memory. */
export function toSignIn(): void {
  if (location.pathname === "/signin") return;
  keepPlace();
  location.replace("/signin");
}
