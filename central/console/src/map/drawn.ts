import { GPUInitializationError } from "maplibre-gl";

/** A map; null where this browser gives nothing to draw with. */
export function drawnOrNone<Made>(begin: () => Made): Made | null {
  try {
    return begin();
  } catch (error) {
    if (error instanceof GPUInitializationError) return null;
    throw error;
  }
}
