import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { statusOf } from "@/api/problem";
import { keepPlace } from "@/api/signedout";
import { Field } from "@/parts/Field";
import { useCodes } from "@/words/useWords";
import { lastLogin } from "../engine/kept";
import { signIn, waysIn } from "../engine/session";
import { useShown, useSync } from "../useSync";
import styles from "./Me.module.css";

const KNOWN = [401, 403, 429, 503];

/** The provider sends one back to the console's own sign-in, which leads back here. */
function outsideNow(): void {
  keepPlace();
  location.assign("/api/signin/oidc");
}

/** Signing in. What waits to be sent stays where it is meanwhile, and is shown to nobody. */
export function SignIn() {
  const { t } = useTranslation("phone");
  const { queue } = useShown();
  const [outside, setOutside] = useState<string | null>(null);
  useEffect(() => {
    waysIn().then(
      (ways) => setOutside(ways.outside),
      () => null,
    );
  }, []);
  return (
    <section className={styles.me} aria-labelledby="signin-title">
      <h1 id="signin-title">{t("signin.title")}</h1>
      {queue.length > 0 && (
        <p className={styles.kept}>{t("signin.waits", { count: queue.length, login: lastLogin() ?? "" })}</p>
      )}
      <Password />
      {outside && (
        <button type="button" onClick={outsideNow}>
          {t("signin.outside", { name: outside })}
        </button>
      )}
    </section>
  );
}

function Password() {
  const { t } = useTranslation("phone");
  const codes = useCodes("signin");
  const sync = useSync();
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function enter(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await signIn(String(said.get("username")), String(said.get("password")));
      await sync.sync();
    } catch (error) {
      const status = statusOf(error);
      setTrouble(status === 0 ? "away" : KNOWN.includes(status ?? -1) ? String(status) : "other");
    }
    setBusy(false);
  }

  const typed = { autoCapitalize: "none", spellCheck: false, required: true };
  return (
    <form method="post" className={styles.form} onSubmit={(event) => void enter(event)}>
      <Field
        {...typed}
        label={t("signin.login")}
        name="username"
        autoComplete="username"
        defaultValue={lastLogin() ?? ""}
      />
      <Field
        {...typed}
        label={t("signin.password")}
        name="password"
        type="password"
        autoComplete="current-password"
      />
      {trouble && <p role="alert">{codes("troubles", trouble)}</p>}
      <button type="submit" data-main disabled={busy}>
        {t("signin.title")}
      </button>
    </form>
  );
}
