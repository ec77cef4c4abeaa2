import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { Problem } from "@/api/problem";
import { useProblem } from "@/words/useProblem";
import { useFormats } from "@/words/useFormats";
import styles from "./PhotoField.module.css";
import { MOST_PHOTOS, type Photo, type Photos } from "./usePhotos";

/** Photos for a ticket: chosen, sent, masked by the centre, each with how far it is. */
export function PhotoField({ photos }: { photos: Photos }) {
  const { t } = useTranslation("ticket");
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t("optional", { field: t("photos") })}</label>
      <input
        id={id}
        type="file"
        accept="image/*"
        multiple
        aria-describedby={`${id}-hint`}
        disabled={photos.all.length >= MOST_PHOTOS}
        onChange={({ currentTarget }) => {
          photos.add(currentTarget.files ?? []);
          currentTarget.value = "";
        }}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {t("photosMasked")}
      </p>
      {photos.all.length > 0 && (
        <ul className={styles.photos} aria-live="polite">
          {photos.all.map((photo) => (
            <One key={photo.id} photo={photo} onRemove={() => photos.remove(photo.id)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function One({ photo, onRemove }: { photo: Photo; onRemove: () => void }) {
  const { t } = useTranslation("ticket");
  const { number } = useFormats();
  const say = useProblem();
  const share = number(photo.share, { style: "percent" });
  return (
    <li className={styles.photo} data-state={photo.state}>
      {photo.state === "unread" ? <span /> : <img src={photo.seen} alt="" />}
      <div>
        <p>{photo.name}</p>
        <p className={styles.hint}>
          {t(`photo.${photo.state}`, { share, why: photo.why instanceof Problem ? say(photo.why).says : "" })}
          {photo.kept && photo.kept.masked.persons + photo.kept.masked.plates > 0 && (
            <> · {t("photo.masked", { ...photo.kept.masked })}</>
          )}
        </p>
        {photo.state === "sending" && <progress max={1} value={photo.share} aria-label={photo.name} />}
      </div>
      <Button look="quiet" aria-label={t("photo.remove", { name: photo.name })} onClick={onRemove}>
        <Icon name="close" small />
      </Button>
    </li>
  );
}
