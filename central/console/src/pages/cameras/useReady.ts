import { useEffect, useState } from "react";

/** The address of the last picture that is there whole: the one before stays until the next can be shown. */
export function useReady(src: string | null): string | null {
  const [ready, setReady] = useState<string | null>(null);
  useEffect(() => {
    if (src === null) return undefined;
    let wanted = true;
    const picture = new Image();
    picture.src = src;
    void picture
      .decode()
      .then(() => wanted && setReady(src))
      .catch(() => undefined); // it is gone already; the next one comes
    return () => {
      wanted = false;
    };
  }, [src]);
  return ready;
}
