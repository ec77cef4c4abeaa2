import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { Problem } from "@/api/problem";
import { takePlace } from "@/api/signedout";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { PageHead } from "@/parts/PageHead";
import { useCodes } from "@/words/useWords";
import styles from "./SignIn.module.css";

const KNOWN = [401, 403, 429, 503];

/** What to say of a sign-in that did not work: a key of `troubles`. */
function troubleOf(error: unknown): string {
  const status = error instanceof Problem ? error.status : null;
  if (status === 0) return "away";
  return status !== null && KNOWN.includes(status) ? String(status) : "other";
}

const goOn = () => location.replace(takePlace());

/** Signing in, and then back to where one was. */
export function SignIn() {
  const { t } = useTranslation("signin");
  const ways = useQuery({ queryKey: ["signin"], queryFn: () => given(api.GET("/api/signin")) });
  useEffect(() => {
    if (location.hash === "#done") goOn(); // back from signing in outside
  }, []);
  return (
    <div className={styles.signin}>
      <PageHead title={t("title")} about={ways.data?.set_up ? t("nobodyYet") : null} />
      <Form away={ways.isError} />
      {ways.data?.outside && (
        <Button onClick={() => location.assign("/api/signin/oidc")}>
          {t("outside", { name: ways.data.outside })}
        </Button>
      )}
    </div>
  );
}

function Form({ away }: { away: boolean }) {
  const { t } = useTranslation("signin");
  const of = useCodes("signin");
  const [trouble, setTrouble] = useState(() => (location.hash === "#refused" ? "outside" : null));
  const [busy, setBusy] = useState(false);
  const login = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => login.current?.focus(), []);

  async function signIn(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const body = { login: String(said.get("username")), password: String(said.get("password")) };
      await api.POST("/api/signin", { body });
      goOn();
    } catch (error) {
      setTrouble(troubleOf(error));
      if (password.current) password.current.value = "";
      password.current?.focus();
    }
    setBusy(false);
  }

  const shown = trouble ?? (away ? "away" : null);
  const typed = { autoCapitalize: "none", spellCheck: false, required: true };
  return (
    <form className={styles.form} method="post" onSubmit={(event) => void signIn(event)}>
      <Field {...typed} label={t("login")} name="username" autoComplete="username" ref={login} />
      <Field
        {...typed}
        label={t("password")}
        name="password"
        type="password"
        autoComplete="current-password"
        ref={password}
      />
      <p className={styles.trouble} role="alert">
        {shown && of("troubles", shown)}
      </p>
      <Button type="submit" look="main" busy={busy}>
        {t("title")}
      </Button>
    </form>
  );
}
