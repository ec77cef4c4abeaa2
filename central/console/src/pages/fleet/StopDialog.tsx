import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Field } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { actionQuery, stop, type Whole } from "./asking";
import styles from "./Fleet.module.css";

/** Asks nobody else. */
export function StopDialog({ of, onClose }: { of: Whole; onClose: () => void }) {
  const { t } = useTranslation("fleet");
  const queries = useQueryClient();
  const [why, setWhy] = useState("");
  const stopping = useMutation({
    mutationFn: () => stop(of.id, { version: of.version, why: why.trim() }),
    onSuccess: (now) => {
      queries.setQueryData(actionQuery(of.id).queryKey, now);
      onClose();
    },
    onError: () => queries.invalidateQueries({ queryKey: ["fleet", "actions"] }),
  });
  return (
    <Dialog title={t("stopAsked", { number: of.id })} onClose={onClose}>
      <form
        method="post"
        className={styles.parts}
        onSubmit={(event) => {
          event.preventDefault();
          stopping.mutate();
        }}
      >
        <p>{t("stopHelp")}</p>
        <Field label={t("why")} maxLength={200} value={why} onChange={({ target }) => setWhy(target.value)} />
        <Trouble error={stopping.error} />
        <div className={styles.end}>
          <Button onClick={onClose}>{t("leave")}</Button>
          <Button type="submit" look="danger" busy={stopping.isPending}>
            {t("stop")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
