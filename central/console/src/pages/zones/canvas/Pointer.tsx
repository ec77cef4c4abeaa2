import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import type { Point, Size } from "../geometry/outline";
import type { Plan } from "../ground/plan";
import styles from "./Toolbar.module.css";

interface Props {
  at: Point | null;
  size: Size;
  /** Of the ground, where it is known. */
  plan: Plan | null;
  /** The last corner of what is being drawn. */
  from: Point | null;
}

/** Where the pointer is: in percent of the picture and in its pixels; on the ground, where that is known. */
export function Pointer({ at, size, plan, from }: Props) {
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
      {plan && <OnGround at={at} from={from} plan={plan} />}
    </p>
  );
}

function OnGround({ at, from, plan }: { at: Point; from: Point | null; plan: Plan }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const here = plan.locate(at);
  if (!here) return <span> · {t("canvas.sky")}</span>;
  const there = from && plan.locate(from);
  const metres = (value: number) => number(value, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const [lon, lat] = here.position.map((each) => each.toFixed(6)) as [string, string];
  const length = there && Math.hypot(here.metres[0] - there.metres[0], here.metres[1] - there.metres[1]);
  return (
    <span data-ground={`${lon},${lat}`}>
      {" · "}
      {t("canvas.ground", { lon, lat, metres: metres(here.accuracy) })}
      {length !== null && ` · ${t("canvas.length", { metres: metres(length) })}`}
    </span>
  );
}
