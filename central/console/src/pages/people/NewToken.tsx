import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, given } from "@/api/client";
import { Box, Field } from "@/parts/Field";
import { Button } from "@/parts/Button";
import { Form } from "@/parts/Form";
import { Trouble } from "@/parts/Trouble";
import { tokensQuery } from "./asking";
import styles from "./People.module.css";
import type { Secret } from "./Reveal";

const MOST_DAYS = 366;

/** scopes: what a token of this account may be made for. */
export function NewToken({ scopes, onMade }: { scopes: readonly string[]; onMade: (made: Secret) => void }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const [none, setNone] = useState(false);
  const make = useMutation({
    mutationFn: (body: { name: string; days: number; scopes: string[] }) =>
      given(api.POST("/api/tokens", { body })),
    onSuccess: (made) => onMade({ title: made.name, secret: made.token ?? "" }),
    onSettled: () => queries.invalidateQueries(tokensQuery),
  });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const wanted = said.getAll("scope").map(String);
    setNone(wanted.length === 0);
    if (!wanted.length) return;
    const body = { name: String(said.get("name")), days: Number(said.get("days")), scopes: wanted };
    make.mutate(body, { onSuccess: () => form.reset() });
  }

  return (
    <>
      <Form onSubmit={submit} aria-label={t("makeToken")}>
        <fieldset className={styles.boxes}>
          <legend>{t("scopes")}</legend>
          {scopes.map((scope) => (
            <Box key={scope} name="scope" value={scope} label={<code>{scope}</code>} />
          ))}
        </fieldset>
        <Field label={t("tokenName")} name="name" maxLength={80} required />
        <Field
          label={t("tokenDays")}
          name="days"
          type="number"
          min={1}
          max={MOST_DAYS}
          defaultValue={90}
          required
        />
        <Button type="submit" look="main" busy={make.isPending}>
          {t("makeToken")}
        </Button>
      </Form>
      <Trouble error={none ? true : make.error} says={none ? t("noScope") : null} />
    </>
  );
}
