import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { Point, Size } from "../geometry/outline";
import styles from "./Toolbar.module.css";

/** Where the pointer is: in percent of the picture, and in its pixels. */
export function Pointer({ at, size }: { at: Point | null; size: Size }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const inside = at && at.every((share) => share >= 0 && share <= 1);
  if (!inside) return null;
  const percent = (share: number) =>
    number(share * 100, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const [x, y] = at;
  return (
    <p className={styles.says} aria-hidden="true">
      {t("canvas.pointer", {
        x: percent(x),
        y: percent(y),
        px: Math.round(x * size.width),
        py: Math.round(y * size.height),
      })}
    </p>
  );
}
