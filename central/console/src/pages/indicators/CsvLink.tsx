import { useTranslation } from "react-i18next";
import { Icon } from "@/parts/Icon";
import styles from "./CsvLink.module.css";

/** What is shown, as a file for a spreadsheet. */
export function CsvLink({ href }: { href: string }) {
  const { t } = useTranslation("indicators");
  return (
    <a className={styles.link} href={href} download>
      <Icon name="download" small /> {t("csv")}
    </a>
  );
}
