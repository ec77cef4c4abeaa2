import { useEffect, useState } from "react";

/** This moment (ms), anew after each so many seconds. */
export function useNow(everyS = 5): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyS * 1_000);
    return () => clearInterval(timer);
  }, [everyS]);
  return now;
}
