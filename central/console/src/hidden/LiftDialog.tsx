import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Field } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Trouble } from "@/parts/Trouble";
import { useNamed } from "@/words/useWords";
import { liftOne, type Suppression } from "./asking";
import styles from "./Hidden.module.css";

/** Ends it before its time, with the reason that the audit keeps. */
export function LiftDialog({ one, onClose }: { one: Suppression; onClose: () => void }) {
  const { t } = useTranslation("hidden");
  const named = useNamed();
  const [words, setWords] = useState("");
  const queries = useQueryClient();
  const lifting = useMutation({
    mutationFn: () => liftOne(one.suppression, words.trim()),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: ["suppressions"] }),
  });
  function go(event: React.FormEvent): void {
    event.preventDefault();
    lifting.mutate();
  }
  return (
    <Dialog title={t("liftTitle", { kind: named(one.kind) })} onClose={onClose}>
      <Form onSubmit={go}>
        <p>{one.hides > 0 ? t("liftShows", { count: one.hides }) : t("liftShowsNone")}</p>
        <Field
          label={t("why")}
          hint={t("whyHint")}
          required
          maxLength={240}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Trouble error={lifting.error} />
        <p className={styles.end}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="main" busy={lifting.isPending}>
            {t("liftGo")}
          </Button>
        </p>
      </Form>
    </Dialog>
  );
}
