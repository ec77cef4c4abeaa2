import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { newRequest } from "@/requests";
import { shrunk } from "@/uploads/shrink";
import type { Photo } from "../engine/shapes";
import { useBlob } from "../usePicture";
import styles from "./Photos.module.css";

const MOST = 8;

export interface Picked {
  photos: Photo[];
  busy: boolean;
  unread: boolean;
  add: (files: Iterable<File>) => Promise<void>;
  remove: (id: string) => void;
}

/** Photos that were taken, made smaller at once; that drops what the camera wrote into them. */
export function usePicked(): Picked {
  const [photos, setPhotos] = useState<Photo[]>([]);
  const [busy, setBusy] = useState(false);
  const [unread, setUnread] = useState(false);
  async function add(files: Iterable<File>): Promise<void> {
    setBusy(true);
    setUnread(false);
    for (const file of [...files].slice(0, MOST - photos.length)) {
      const blob = await shrunk(file).catch(() => null);
      if (!blob) setUnread(true);
      else setPhotos((known) => [...known, { id: newRequest(), blob, sha256: null, sent: 0 }]);
    }
    setBusy(false);
  }
  const remove = (id: string) => setPhotos((known) => known.filter((each) => each.id !== id));
  return { photos, busy, unread, add, remove };
}

/** The camera, or pictures that are on the phone. */
export function PhotoPick({ picked }: { picked: Picked }) {
  const { t } = useTranslation("phone");
  const id = useId();
  return (
    <div className={styles.pick}>
      <input
        id={id}
        type="file"
        accept="image/*"
        capture="environment"
        disabled={picked.photos.length >= MOST}
        onChange={({ currentTarget }) => {
          void picked.add(currentTarget.files ?? []);
          currentTarget.value = "";
        }}
      />
      <label htmlFor={id}>
        {t(picked.busy ? "photo.reading" : picked.photos.length ? "photo.another" : "photo.take")}
      </label>
      {picked.unread && <p role="alert">{t("photo.unread")}</p>}
      <ul aria-live="polite">
        {picked.photos.map((photo, n) => (
          <li key={photo.id}>
            <Mine photo={photo} label={t("photo.nth", { n: n + 1 })} />
            <button
              type="button"
              aria-label={t("photo.remove", { n: n + 1 })}
              onClick={() => picked.remove(photo.id)}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      <p className={styles.hint}>{t("photo.masked")}</p>
    </div>
  );
}

/** One's own photo, on one's own phone. */
export function Mine({ photo, label }: { photo: Photo; label: string }) {
  const url = useBlob(() => Promise.resolve(photo.blob), photo.id);
  return url ? <img src={url} alt={label} /> : <span />;
}
