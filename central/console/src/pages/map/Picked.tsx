import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BulkButton } from "@/bulk/BulkButton";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { useFormats } from "@/words/useFormats";
import { useNamed } from "@/words/useWords";
import styles from "./Picked.module.css";
import { sheetOf } from "./sheet";
import type { Row } from "./rows";
import type { Picking } from "./usePicking";

/** What can be done with all that are picked. */
export function Picked({ picking, rows }: { picking: Picking; rows: readonly Row[] }) {
  const { t } = useTranslation("map");
  const { number, moment } = useFormats();
  const named = useNamed();
  const [copied, setCopied] = useState(false);
  const { picked } = picking;
  if (!picked.size) return null;
  const chosen = () => rows.filter((row) => picked.has(row.number));
  const copy = async () => {
    await navigator.clipboard.writeText(
      chosen()
        .map(({ name }) => name)
        .join("\n"),
    );
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  const save = () => {
    const heads = [
      t("fact.number"),
      t("fact.kind"),
      t("fact.state"),
      t("fact.opened"),
      t("fact.due"),
      t("fact.place"),
      t("fact.department"),
      t("fact.cell"),
      "longitude",
      "latitude",
    ];
    const text = sheetOf(heads, chosen(), named, moment);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "tickets.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className={styles.picked} role="region" aria-label={t("picked")}>
      <strong aria-live="polite">{t("manyPicked", { count: picked.size, many: number(picked.size) })}</strong>
      <BulkButton numbers={chosen().map(({ name }) => name)} />
      <Button onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} small />
        {copied ? t("copied", { ns: "shell" }) : t("copyNumbers")}
      </Button>
      <Button onClick={save}>
        <Icon name="download" small />
        CSV
      </Button>
      <Button look="quiet" onClick={() => picking.all(false)}>
        {t("dropThese")}
      </Button>
    </div>
  );
}
