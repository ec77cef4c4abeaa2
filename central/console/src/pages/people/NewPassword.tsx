import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { meQuery } from "@/api/me";
import { statusOf } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Field } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";

const NEW = { type: "password", autoComplete: "new-password", required: true };

/** Changing one's password; every other session ends. */
export function NewPassword() {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const [differ, setDiffer] = useState(false);
  const change = useMutation({
    mutationFn: (body: { old: string; new: string }) => api.POST("/api/me/password", { body }),
    onSuccess: () => queries.refetchQueries({ queryKey: meQuery.queryKey }), // the session has a new key
  });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const said = Object.fromEntries(new FormData(form)) as Record<"old" | "fresh" | "again", string>;
    setDiffer(said.fresh !== said.again);
    change.reset();
    if (said.fresh !== said.again) return;
    change.mutate({ old: said.old, new: said.fresh }, { onSettled: () => form.reset() });
  }

  const status = statusOf(change.error);
  const says = status === 403 ? t("oldWrong") : status === 422 ? t("passwordRefused") : null;
  return (
    <Panel title={t("changePassword")}>
      <Form onSubmit={submit} hint={t("passwordRules")}>
        <Field label={t("oldPassword")} name="old" type="password" autoComplete="current-password" required />
        <Field label={t("newPassword")} name="fresh" {...NEW} />
        <Field label={t("again")} name="again" {...NEW} trouble={differ ? t("notTheSame") : null} />
        <Button type="submit" look="main" busy={change.isPending}>
          {t("changePassword")}
        </Button>
      </Form>
      <Trouble error={change.error} says={says} />
      {change.isSuccess && <p role="status">{t("passwordChanged")}</p>}
    </Panel>
  );
}
