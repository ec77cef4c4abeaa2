import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import styles from "./Canvas.module.css";

/** Larger, smaller, all of it. */
export function ViewButtons(props: { onZoom: (by: number) => void; onFit: () => void }) {
  const { t } = useTranslation("zones");
  return (
    <div className={styles.view}>
      <Button look="quiet" aria-label={t("canvas.larger")} onClick={() => props.onZoom(1.5)}>
        <Icon name="plus" small />
      </Button>
      <Button look="quiet" aria-label={t("canvas.smaller")} onClick={() => props.onZoom(1 / 1.5)}>
        <Icon name="minus" small />
      </Button>
      <Button look="quiet" aria-label={t("canvas.fit")} onClick={props.onFit}>
        <Icon name="fit" small />
      </Button>
    </div>
  );
}
