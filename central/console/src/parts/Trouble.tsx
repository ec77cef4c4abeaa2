import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { Button } from "./Button";
import styles from "./Trouble.module.css";

interface Props {
  error: unknown;
  /** What to say in place of the problem's own detail, where the page knows better. */
  says?: string | null;
  onAgain?: () => void;
}

/** What went wrong: what, where, and what is allowed. Nothing where there is no error. */
export function Trouble({ error, says, onAgain }: Props) {
  const { t } = useTranslation();
  if (error === null || error === undefined) return null;
  return (
    <div className={styles.trouble} role="alert">
      {says ? <p>{says}</p> : <Told error={error} />}
      {onAgain && <Button onClick={onAgain}>{t("again")}</Button>}
    </div>
  );
}

/** What a problem document says; a fault of the page says only that it is one. */
function Told({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!(error instanceof Problem)) return <p>{t("broken")}</p>;
  if (error.status === 0) return <p>{t("away")}</p>;
  return (
    <>
      <p>{error.message}</p>
      <dl>
        <Line name={t("where")} value={error.where} />
        <Line name={t("allowed")} value={error.allowed} />
      </dl>
    </>
  );
}

function Line({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
