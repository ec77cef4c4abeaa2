import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import { useProblem } from "@/words/useProblem";
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
  const say = useProblem();
  if (!(error instanceof Problem)) return <p>{t("broken")}</p>;
  if (error.status === 0) return <p>{t("away")}</p>;
  const { says, original } = say(error);
  return (
    <>
      <p>{says}</p>
      {original === null ? <Details error={error} /> : <Original error={error} said={original} />}
    </>
  );
}

function Details({ error }: { error: Problem }) {
  const { t } = useTranslation();
  return (
    <dl>
      <Line name={t("where")} value={error.where} />
      <Line name={t("allowed")} value={error.allowed} />
    </dl>
  );
}

/** The centre's own words, for whoever can do something with them. */
function Original({ error, said }: { error: Problem; said: string }) {
  const { t } = useTranslation("problems");
  return (
    <details className={styles.original}>
      <summary>{t("original")}</summary>
      <p lang="en">{said}</p>
      <Details error={error} />
    </details>
  );
}

function Line({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd lang="en">{value}</dd>
    </div>
  );
}
