import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { whyRoute } from "./route";

const REST_MS = 200; // browsers refuse an address that changes with every repeat of a key

/** The candidate that the address names, and a way to choose another: shown at once, in the address when one rests. */
export function usePick(): [string | undefined, (pick: string) => void] {
  const { pick } = whyRoute.useSearch();
  const navigate = useNavigate({ from: whyRoute.fullPath });
  const [mine, setMine] = useState<string>();
  useEffect(() => {
    if (mine === undefined) return undefined;
    const timer = setTimeout(() => {
      void navigate({
        search: (search) => ({ ...search, pick: mine, situation: undefined }),
        replace: true,
        resetScroll: false,
      }).then(() => setMine((known) => (known === mine ? undefined : known)));
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [mine, navigate]);
  return [mine ?? pick, setMine];
}
