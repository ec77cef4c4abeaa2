import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { statusOf } from "@/api/problem";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Box, Field } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { rolloutQuery, runs, step, type Rollout, type Step } from "./asking";
import styles from "./Rollouts.module.css";

/** What may be done with it now, by whom may. */
export function Steps({ of }: { of: Rollout }) {
  const { t } = useTranslation("rollouts");
  const may = useMay("node.manage");
  const [asked, setAsked] = useState<Step | null>(null);
  const allowed: Step[] = runs(of) ? ["stop", "abort"] : of.state === "stopped" ? ["resume", "abort"] : [];
  if (!may) return null;
  return (
    <>
      {allowed.map((each) => (
        <Button
          key={each}
          look={each === "resume" ? "main" : each === "abort" ? "danger" : "plain"}
          onClick={() => setAsked(each)}
        >
          {t(`steps.${each}`)}
        </Button>
      ))}
      {asked && <Confirm key={asked} of={of} what={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function Confirm({ of, what, onClose }: { of: Rollout; what: Step; onClose: () => void }) {
  const { t } = useTranslation("rollouts");
  const queries = useQueryClient();
  const [why, setWhy] = useState("");
  const [back, setBack] = useState(false);
  const taken = useMutation({
    mutationFn: () => step(of.id, what, { version: of.version, why: why.trim(), take_back: back }),
    onSuccess: (now) => {
      queries.setQueryData(rolloutQuery(of.id).queryKey, now);
      void queries.invalidateQueries({ queryKey: ["rollouts"] });
      onClose();
    },
    onError: () => queries.invalidateQueries({ queryKey: ["rollouts"] }),
  });
  return (
    <Dialog title={t(`asked.${what}`, { number: of.id })} onClose={onClose}>
      <form
        method="post"
        className={styles.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          taken.mutate();
        }}
      >
        <p>{t(`help.${what}`, { stage: of.stage + 1 })}</p>
        <Field label={t("why")} maxLength={200} value={why} onChange={({ target }) => setWhy(target.value)} />
        {what === "abort" && (
          <Box label={t("takeBack")} checked={back} onChange={({ target }) => setBack(target.checked)} />
        )}
        <Trouble error={taken.error} says={statusOf(taken.error) === 409 ? t("changedSince") : null} />
        <div className={styles.end}>
          <Button onClick={onClose}>{t("leave")}</Button>
          <Button type="submit" look={what === "resume" ? "main" : "danger"} busy={taken.isPending}>
            {t(`steps.${what}`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
