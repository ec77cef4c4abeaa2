import { useTranslation } from "react-i18next";
import { pictureUrl } from "@/api/pictures";
import { Moment } from "@/parts/Moment";
import { Marked } from "@/pictures/Marked";
import type { Outline } from "@/pictures/outlines";
import { classes } from "@/parts/classes";
import { useCodes } from "@/words/useWords";
import type { Picture } from "./asking";
import styles from "./Shot.module.css";

interface Props {
  number: string;
  picture: Picture;
  outlines?: readonly Outline[];
  onOpen: () => void;
  large?: boolean;
}

/** A picture that opens large. */
export function Shot({ number, picture, outlines = [], onOpen, large = false }: Props) {
  const { t } = useTranslation("ticket");
  const role = useCodes("casework")("roles", picture.role);
  return (
    <figure className={classes(styles.shot, large && styles.large)}>
      <button type="button" onClick={onOpen} aria-label={t("enlarge", { what: role })}>
        <Marked src={pictureUrl(picture, number)} alt={role} outlines={outlines} className={styles.picture} />
      </button>
      <figcaption>
        {role} · <Moment at={picture.taken} />
      </figcaption>
    </figure>
  );
}
