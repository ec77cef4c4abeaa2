import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useTheBench } from "../bench/useBench";
import { outlineOf, zoneOf, type Which } from "../draft/shape";
import { halfway, withPoint, type Outline, type Point, type Size } from "../geometry/outline";
import { simplified } from "../geometry/simplifying";
import { Placed } from "./Placed";
import styles from "./Form.module.css";

/** Every corner with its exact place in percent of the picture: the outline for whoever does not draw. */
export function Points({ size }: { size: Size }) {
  const { t } = useTranslation("zones");
  const { draft, state, act } = useTheBench();
  const which = state.selected;
  const outline = outlineOf(draft, which);
  const zone = zoneOf(draft, which);
  if (!which || !outline) return null;
  return (
    <div className={styles.fields}>
      {zone && <Placed zone={zone} />}
      <table className={styles.points} aria-label={t("points.title")}>
        <thead>
          <tr>
            <th scope="col">{t("points.corner")}</th>
            <th scope="col">{t("points.x")}</th>
            <th scope="col">{t("points.y")}</th>
            <th scope="col">
              <span className="unseen">{t("points.change")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {outline.map((_, at) => (
            <Corner key={at} which={which} outline={outline} at={at} />
          ))}
        </tbody>
      </table>
      {outline.length > 8 && (
        <Button onClick={() => act({ do: "reshape", which, outline: simplified(outline, size, 4) })}>
          {t("points.simplify")}
        </Button>
      )}
    </div>
  );
}

function Corner({ which, outline, at }: { which: Which; outline: Outline; at: number }) {
  const { t } = useTranslation("zones");
  const { state, act } = useTheBench();
  const [x, y] = outline[at] as Point;
  const put = (axis: 0 | 1, text: string) => {
    const value = Number(text) / 100;
    if (text.trim() === "" || !Number.isFinite(value)) return;
    const moved = withPoint(outline, at, axis === 0 ? [value, y] : [x, value]);
    act({ do: "reshape", which, outline: moved, merges: `point ${at} ${axis}`, vertex: at });
  };
  const remove = () => {
    act({ do: "select", which, vertex: at });
    act({ do: "remove" });
  };
  return (
    <tr aria-current={state.vertex === at ? "true" : undefined}>
      <th scope="row">{at + 1}</th>
      {([0, 1] as const).map((axis) => (
        <td key={axis}>
          <input
            type="number"
            min={0}
            max={100}
            step={0.1}
            aria-label={t(axis === 0 ? "points.xOf" : "points.yOf", { number: at + 1 })}
            value={Number(((axis === 0 ? x : y) * 100).toFixed(2))}
            onFocus={() => act({ do: "select", which, vertex: at })}
            onChange={({ target }) => put(axis, target.value)}
          />
        </td>
      ))}
      <td>
        <Button
          look="quiet"
          aria-label={t("points.after", { number: at + 1 })}
          onClick={() => act({ do: "insert", which, at, point: halfway(outline, at) })}
        >
          <Icon name="plus" small />
        </Button>
        <Button
          look="quiet"
          aria-label={t("points.remove", { number: at + 1 })}
          disabled={outline.length <= 3}
          onClick={remove}
        >
          <Icon name="trash" small />
        </Button>
      </td>
    </tr>
  );
}
