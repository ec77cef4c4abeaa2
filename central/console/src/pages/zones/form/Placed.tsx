import { useTranslation } from "react-i18next";
import { useFormats } from "@/words/useFormats";
import { useTheBench } from "../bench/useBench";
import { PairFields } from "../calibrating/PairFields";
import { asPosition } from "../calibrating/writing";
import { withPlace, withZone } from "../draft/changes";
import { placedZone, planIn } from "../draft/grounding";
import { metresOf } from "../draft/metres";
import type { Zone } from "../draft/shape";
import { areaOf } from "../ground/placing";
import styles from "./Form.module.css";

/** Whether a zone is given in the picture or on the ground, and how large it is there. */
export function Placed({ zone }: { zone: Zone }) {
  const { t } = useTranslation("zones");
  const { draft, act } = useTheBench();
  const plan = planIn(draft);
  if (!plan && !zone.placed) return null;
  const put = (on: "ground" | "picture") =>
    act({
      do: "change",
      draft: withZone(draft, zone.id, placedZone(plan, zone, on)),
    });
  const may = !!zone.placed || (plan !== null && metresOf(plan, zone) !== null);
  return (
    <fieldset className={styles.set}>
      <legend>{t("placed.title")}</legend>
      <div className={styles.choices}>
        {(["picture", "ground"] as const).map((on) => (
          <label key={on}>
            <input
              type="radio"
              name="zones-placed"
              checked={(on === "ground") === !!zone.placed}
              disabled={on === "ground" && !may}
              onChange={() => put(on)}
            />
            {t(`placed.${on}`)}
          </label>
        ))}
      </div>
      {plan && <Sizes zone={zone} />}
      {zone.placed && <Places zone={zone} />}
    </fieldset>
  );
}

/** Its area and its sides on the ground. */
function Sizes({ zone }: { zone: Zone }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const plan = planIn(useTheBench().draft);
  const metres = plan && metresOf(plan, zone);
  if (!metres) return <p className={styles.note}>{t("placed.beyond")}</p>;
  const one = (value: number) => number(value, { maximumFractionDigits: 1 });
  const sides = metres.map(([x, y], at) => {
    const [nx, ny] = metres[(at + 1) % metres.length] ?? [x, y];
    return one(Math.hypot(nx - x, ny - y));
  });
  return (
    <p className={styles.note}>{t("placed.sizes", { area: one(areaOf(metres)), sides: sides.join(", ") })}</p>
  );
}

function Places({ zone }: { zone: Zone }) {
  const { t } = useTranslation("zones");
  const { draft, act } = useTheBench();
  return (
    <ol className={styles.places} aria-label={t("placed.places")}>
      {zone.placed?.map((place, at) => (
        <li key={at} className={styles.pair}>
          <PairFields
            value={place}
            decimals={7}
            labels={[t("placed.lonOf", { number: at + 1 }), t("placed.latOf", { number: at + 1 })]}
            read={asPosition}
            onPut={(position) =>
              act({
                do: "change",
                draft: withPlace(draft, zone.id, at, position),
                merges: `place ${zone.id} ${at}`,
              })
            }
          />
        </li>
      ))}
    </ol>
  );
}
