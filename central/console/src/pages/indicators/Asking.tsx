import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Button } from "@/parts/Button";
import { MomentInput } from "@/parts/MomentField";
import { Icon } from "@/parts/Icon";
import styles from "./Indicators.module.css";
import { LENGTHS, stepped, type Length } from "./period";
import { AGAINST, indicatorsRoute, type Against, type Search } from "./route";
import { useWhich } from "./useWhich";

/** Which period, and what it stands against. */
export function Asking() {
  const { t } = useTranslation("indicators");
  const { which, how, today } = useWhich();
  const want = useWant();
  const { length, days } = which;
  const step = (way: -1 | 1) => want({ from: stepped(length, days, way).from });
  const stretch = (to: Length) => {
    const inside = days.from <= today && today <= days.to;
    want({ length: to, from: inside ? undefined : days.from });
  };
  useShortcuts([
    { keys: "[", says: t("earlier"), run: () => step(-1) },
    { keys: "]", says: t("later"), run: () => step(1) },
  ]);
  return (
    <div className={styles.asking}>
      <div className={styles.lengths} role="group" aria-label={t("length")}>
        {LENGTHS.map((each) => (
          <button key={each} type="button" aria-pressed={each === length} onClick={() => stretch(each)}>
            {t(`lengths.${each}`)}
          </button>
        ))}
      </div>
      <div className={styles.stepping}>
        <Button look="quiet" aria-label={t("earlier")} onClick={() => step(-1)}>
          <Icon name="previous" />
        </Button>
        <label>
          <span className="unseen">{t("from")}</span>
          <MomentInput to="day" value={days.from} onChange={(from) => from && want({ from })} />
        </label>
        <Button look="quiet" aria-label={t("later")} onClick={() => step(1)}>
          <Icon name="next" />
        </Button>
      </div>
      <label className={styles.against}>
        <span>{t("against")}</span>
        <select value={how} onChange={(event) => want({ against: event.target.value as Against })}>
          {AGAINST.map((each) => (
            <option key={each} value={each}>
              {t(`againsts.${each}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Changes a part of what the address asks for. */
export function useWant(): (changes: Partial<Search>) => void {
  const navigate = indicatorsRoute.useNavigate();
  return (changes) => void navigate({ search: (before) => ({ ...before, ...changes }) });
}
