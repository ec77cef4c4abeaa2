import { useEffect, useState } from "react";
import type { Place } from "./near";

export type HereState = "unasked" | "asking" | "known" | "refused" | "none";

export interface Here {
  place: Place | null;
  accuracy: number | null;
  state: HereState;
  ask: () => void;
}

/** Where the phone is, for as long as the page is open. It is held in this page's memory alone: never kept, never sent. */
export function useHere(): Here {
  const [state, setState] = useState<HereState>("geolocation" in navigator ? "unasked" : "none");
  const [found, setFound] = useState<GeolocationCoordinates | null>(null);
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    navigator.permissions
      ?.query({ name: "geolocation" })
      .then((permission) => permission.state === "granted" && setWanted(true))
      .catch(() => null);
  }, []);
  useEffect(() => {
    if (!wanted) return;
    const watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        setFound(coords);
        setState("known");
      },
      ({ code }) => setState(code === 1 ? "refused" : "none"),
      { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 },
    );
    return () => navigator.geolocation.clearWatch(watch);
  }, [wanted]);
  const place = found && { longitude: found.longitude, latitude: found.latitude };
  return {
    place,
    accuracy: found?.accuracy ?? null,
    state,
    ask: () => {
      setState("asking");
      setWanted(true);
    },
  };
}
