import { useTranslation } from "react-i18next";
import styles from "./Toolbar.module.css";
import keys from "./Keys.module.css";

const ROWS = [
  ["v d x r", "tools"],
  [", .", "go"],
  ["[ ]", "corner"],
  ["← ↑ → ↓", "move"],
  ["i", "insert"],
  ["Delete", "remove"],
  ["Space Enter Esc", "draw"],
  ["Ctrl+Z Ctrl+Y", "undo"],
  ["Ctrl+C Ctrl+V Ctrl+D", "copy"],
  ["+ - 0", "zoom"],
  ["Shift Alt", "snap"],
] as const;

/** What the keys do while the picture has the focus. */
export function Keys() {
  const { t } = useTranslation("zones");
  return (
    <details className={keys.keys}>
      <summary className={styles.says}>{t("keys.title")}</summary>
      <dl id="zones-canvas-keys">
        {ROWS.map(([pressed, what]) => (
          <div key={what}>
            <dt>
              {pressed.split(" ").map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
