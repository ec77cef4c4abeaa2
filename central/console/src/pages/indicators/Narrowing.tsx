import { useTranslation } from "react-i18next";
import { Icon } from "@/parts/Icon";
import { useNamed } from "@/words/useWords";
import { useWant } from "./Asking";
import styles from "./Indicators.module.css";
import { named } from "./names";
import { FILTERS, indicatorsRoute } from "./route";

/** What the figures are narrowed to; each can be taken away. */
export function Narrowing() {
  const { t } = useTranslation("indicators");
  const search = indicatorsRoute.useSearch();
  const want = useWant();
  const word = useNamed();
  const narrowed = FILTERS.filter((name) => search[name] !== undefined);
  if (!narrowed.length) return null;
  return (
    <ul className={styles.narrowed} aria-label={t("narrowed")}>
      {narrowed.map((name) => {
        const key = search[name] ?? "";
        const said = named.get(key);
        return (
          <li key={name}>
            <button type="button" onClick={() => want({ [name]: undefined })}>
              <span className="unseen">{t("remove")}: </span>
              {t(`filters.${name}`)}: {said ? word(said) : key}
              <Icon name="close" small />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
