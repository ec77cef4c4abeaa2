import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { useKindNames } from "../asking/kinds";
import { useTheBench } from "../bench/useBench";
import { colourOf } from "../canvas/colours";
import { sameOne, type Which } from "../draft/shape";
import type { Told } from "../draft/told";
import type { Warning } from "../draft/warnings";
import styles from "./Side.module.css";

interface Props {
  warnings: readonly Warning[];
  told: readonly Told[];
}

/** Every outline of the draft; the list selects what the picture selects. */
export function ZoneList({ warnings, told }: Props) {
  const { t } = useTranslation("zones");
  const { draft, state, act } = useTheBench();
  const names = useKindNames();
  const row = (which: Which, name: string, about: string, swatch: string | null) => {
    const mine = warnings.filter(({ of }) => sameOne(of, which));
    const grave =
      mine.filter((each) => each.grave).length + told.filter(({ of }) => sameOne(of, which)).length;
    const rest = mine.length - mine.filter((each) => each.grave).length;
    return (
      <li key={JSON.stringify(which)}>
        <button
          type="button"
          className={styles.row}
          aria-current={sameOne(which, state.selected) ? "true" : undefined}
          onClick={() => act({ do: "select", which })}
        >
          <span
            className={swatch ? styles.swatch : `${styles.swatch} ${styles.left}`}
            style={swatch ? { background: swatch } : undefined}
          />
          <span>
            {name}
            <small>{about}</small>
          </span>
          <span className={styles.marks}>
            {grave > 0 && <Badge tone="bad">{t("list.faults", { count: grave })}</Badge>}
            {rest > 0 && <Badge tone="warn">{t("list.hints", { count: rest })}</Badge>}
          </span>
        </button>
      </li>
    );
  };
  if (!draft.zones.length && !draft.ignore.length) return null;
  return (
    <ul className={styles.list} aria-label={t("list.title")}>
      {draft.zones.map(({ id, name, rules }, at) =>
        row({ zone: id }, name ?? id, rules.map(({ incident }) => names(incident)).join(", "), colourOf(at)),
      )}
      {draft.ignore.map((outline, at) =>
        row(
          { ignore: at },
          t("ignore.number", { number: at + 1 }),
          t("ignore.corners", { count: outline.length }),
          null,
        ),
      )}
    </ul>
  );
}
