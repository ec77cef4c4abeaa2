import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, given, type Schema } from "@/api/client";
import { statusOf } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Choice, Field } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Trouble } from "@/parts/Trouble";
import { useCodes } from "@/words/useWords";
import { ROLES, usersQuery } from "./asking";
import type { Secret } from "./Reveal";

type Wanted = Schema<"NewUser">;

/** A new account: its owner sets the password by a link that is shown once. */
export function NewAccount({ onMade }: { onMade: (made: Secret) => void }) {
  const { t } = useTranslation("people");
  const of = useCodes("shell");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (body: Wanted) => given(api.POST("/api/users", { body })),
    onSuccess: (made, { login }) => onMade({ title: login, secret: location.origin + made.link }),
    onSettled: () => queries.invalidateQueries(usersQuery),
  });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const said = Object.fromEntries(new FormData(form)) as unknown as Wanted;
    make.mutate(said, { onSuccess: () => form.reset() });
  }

  const typed = { autoComplete: "off", required: true };
  return (
    <>
      <Form onSubmit={submit} aria-label={t("addUser")}>
        <Field
          {...typed}
          label={t("login")}
          name="login"
          pattern="[A-Za-z0-9][A-Za-z0-9._@\-]*"
          maxLength={64}
          autoCapitalize="none"
        />
        <Field {...typed} label={t("name")} name="name" maxLength={80} />
        <Choice label={t("role")} name="role" choices={ROLES.map((role) => [role, of("roles", role)])} />
        <Button type="submit" look="main" busy={make.isPending}>
          {t("addUser")}
        </Button>
      </Form>
      <Trouble error={make.error} says={statusOf(make.error) === 409 ? t("loginTaken") : null} />
    </>
  );
}
