import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { statusOf } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Loading } from "@/parts/Loading";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import styles from "../signin/SignIn.module.css";
import { takeSecret } from "./secret";

const OVER = [410, 422];

/** A set-up link: somebody sets a password, and the first one makes the administrator. */
export function SetUp() {
  const { t } = useTranslation("setup");
  const [token] = useState(takeSecret);
  const link = useQuery({
    queryKey: ["setup", token],
    queryFn: () => given(api.POST("/api/setup/look", { body: { token } })),
    staleTime: Infinity,
  });
  if (link.isPending) return <Loading />;
  const over = OVER.includes(statusOf(link.error) ?? -1);
  const first = link.data?.login === null;
  return (
    <div className={styles.signin}>
      <PageHead title={first ? t("first") : t("title")} about={link.data && t("rules")} />
      <Trouble error={link.error} says={over ? t("over") : null} />
      {link.data && <Form token={token} login={link.data.login} />}
    </div>
  );
}

/** login null: the first administrator chooses one. */
function Form({ token, login }: { token: string; login: string | null }) {
  const { t } = useTranslation("setup");
  const [trouble, setTrouble] = useState<{ error: unknown; says: string | null } | null>(null);
  const [busy, setBusy] = useState(false);

  async function setUp(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    if (said.password !== said.again) return setTrouble({ error: true, says: t("notTheSame") });
    const first = login === null ? { login: said.username, name: said.name || said.username } : {};
    setBusy(true);
    try {
      await api.POST("/api/setup", { body: { token, password: said.password ?? "", ...first } });
      location.replace("/");
    } catch (error) {
      const says = { 422: t("refused"), 410: t("over") }[statusOf(error) ?? 0] ?? null;
      setTrouble({ error, says });
    }
    setBusy(false);
  }

  return (
    <form className={styles.form} method="post" onSubmit={(event) => void setUp(event)}>
      <Field
        label={t("login")}
        name="username"
        defaultValue={login ?? ""}
        readOnly={login !== null}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      {login === null && <Field label={t("name")} name="name" autoComplete="off" maxLength={80} />}
      <Field label={t("password")} name="password" type="password" autoComplete="new-password" required />
      <Field label={t("again")} name="again" type="password" autoComplete="new-password" required />
      {trouble && <Trouble {...trouble} />}
      <Button type="submit" look="main" busy={busy}>
        {t("go")}
      </Button>
    </form>
  );
}
