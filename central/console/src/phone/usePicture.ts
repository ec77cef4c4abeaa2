import { useEffect, useState } from "react";

/** An address of bytes that the phone has, for as long as they are shown. null: none yet; "": none at all. */
export function useBlob(ask: () => Promise<Blob | undefined>, name: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    void ask().then((blob) => {
      if (gone) return;
      made = blob ? URL.createObjectURL(blob) : "";
      setUrl(made);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the name says which bytes they are
  }, [name]);
  return url;
}
