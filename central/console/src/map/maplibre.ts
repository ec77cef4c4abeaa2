// MapLibre as our policy allows it: its worker is a file of our own, not a blob. Import it lazily, from here alone.
import "maplibre-gl/dist/maplibre-gl.css";
import { setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

setWorkerUrl(workerUrl);

export * from "maplibre-gl";
