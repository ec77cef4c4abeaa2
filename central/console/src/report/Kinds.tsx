import { useTranslation } from "react-i18next";
import { useNamed } from "@/words/useWords";
import styles from "./Report.module.css";
import type { FormAnswer } from "./shapes";

interface Props {
  kinds: FormAnswer["kinds"];
  chosen: string | null;
  onChoose: (kind: string) => void;
}

export function Kinds({ kinds, chosen, onChoose }: Props) {
  const { t } = useTranslation("report");
  const named = useNamed();
  return (
    <fieldset>
      <legend>{t("what")}</legend>
      <div className={styles.kinds}>
        {kinds.map((kind) => (
          <button
            key={kind.word}
            type="button"
            aria-pressed={chosen === kind.word}
            onClick={() => onChoose(kind.word)}
          >
            {named(kind)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
