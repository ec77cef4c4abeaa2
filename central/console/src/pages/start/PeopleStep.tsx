import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Facts } from "@/parts/Facts";
import { LanguageSwitch, ThemeSwitch } from "@/shell/Switches";
import { useCodes } from "@/words/useWords";
import styles from "./Start.module.css";
import { StepPanel } from "./StepPanel";

/** The first administrator is whoever came by the one-time link. */
export function PeopleStep() {
  const { t } = useTranslation("start");
  const of = useCodes("shell");
  const me = useMe();
  return (
    <StepPanel step="people" done>
      {me && (
        <Facts
          facts={[
            [t("people.who"), me.name],
            [t("people.login"), me.login],
            [t("people.role"), of("roles", me.role)],
          ]}
        />
      )}
      <div className={styles.row}>
        <span className={styles.soft}>{t("people.look")}</span>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </StepPanel>
  );
}
