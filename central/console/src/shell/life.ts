import { useEffect } from "react";

const AT_MOST_MS = 60_000;

/** Whoever only watches is somebody too: a hand on the page keeps the session, at most one word a minute. */
export function useSignsOfLife(): void {
  useEffect(() => {
    let said = Date.now();
    function sign(): void {
      if (Date.now() - said < AT_MOST_MS) return;
      said = Date.now();
      void fetch("/api/me").catch(() => null);
    }
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, sign);
    return () => {
      for (const kind of ["pointerdown", "keydown"]) removeEventListener(kind, sign);
    };
  }, []);
}
