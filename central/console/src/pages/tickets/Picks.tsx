import { useTranslation } from "react-i18next";
import { BulkButton } from "@/bulk/BulkButton";
import type { Picks } from "@/bulk/usePicks";
import { Button } from "@/parts/Button";
import styles from "./Picks.module.css";

/** How many are picked, and what can be done with all of them. */
export function PickBar({ picks, all }: { picks: Picks; all: number }) {
  const { t } = useTranslation("bulk");
  const { picked } = picks;
  return (
    <div className={styles.bar} data-some={picked.length > 0}>
      <label>
        <input
          type="checkbox"
          checked={picked.length > 0 && picked.length === all}
          ref={(box) => {
            if (box) box.indeterminate = picked.length > 0 && picked.length < all;
          }}
          onChange={(event) => picks.all(event.target.checked)}
        />
        {picked.length ? t("picked", { count: picked.length }) : t("pickAll")}
      </label>
      {picked.length > 0 && (
        <>
          <BulkButton numbers={picked} />
          <Button look="quiet" onClick={() => picks.all(false)}>
            {t("drop")}
          </Button>
        </>
      )}
    </div>
  );
}
