import { useBlob } from "./usePicture";
import { useShown, useSync } from "./useSync";

/** The address of a kept picture; null: being looked for; "": not on this phone. */
export function usePictureKept(sha256: string | null): string | null {
  const sync = useSync();
  const { synced } = useShown(); // looked for again after each agreement with the centre
  return useBlob(
    () => (sha256 === null ? Promise.resolve(undefined) : sync.picture(sha256)),
    `${sha256} ${synced}`,
  );
}
