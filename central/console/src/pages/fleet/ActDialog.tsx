import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Choice, Field } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { newRequest } from "@/requests";
import { useLanguage } from "@/words/useWords";
import { act, type Deed } from "./asking";
import styles from "./Fleet.module.css";
import { DEEDS, isDuration } from "./told";
import { useFleetWords } from "./useFleetWords";

interface Props {
  nodes: readonly string[];
  groups: readonly number[];
  onClose: () => void;
}

interface Plan {
  deed: Deed;
  atOnce: string;
  failed: string;
  patience: string;
  why: string;
}

const isCount = (said: string, most: number): boolean =>
  /^\d+$/.test(said.trim()) && Number(said) >= 1 && Number(said) <= most;
const isRight = ({ atOnce, failed, patience }: Plan): boolean =>
  (!atOnce.trim() || isCount(atOnce, 100)) && isCount(failed, 5000) && isDuration(patience);

/** The same request however often it is pressed: nothing begins twice. */
function useAct({ nodes, groups, onClose }: Props) {
  const [request] = useState(newRequest);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const language = useLanguage();
  return useMutation({
    mutationFn: ({ deed, atOnce, failed, patience, why }: Plan) =>
      act({
        request,
        deed,
        why: why.trim(),
        nodes: [...nodes],
        groups: [...groups],
        at_once: atOnce.trim() ? Number(atOnce) : null,
        most_failed: Number(failed),
        patience: patience.trim(),
        only: [],
        language,
      }),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: ["fleet", "actions"] });
      onClose();
      await navigate({ to: "/fleet/actions/$number", params: { number: String(id) } });
    },
  });
}

/** What is to be done, and how carefully. */
export function ActDialog(props: Props) {
  const { t } = useTranslation("fleet");
  const words = useFleetWords();
  const begun = useAct(props);
  const [plan, setPlan] = useState<Plan>({
    deed: "examine",
    atOnce: "",
    failed: "3",
    patience: "1h",
    why: "",
  });
  const put = (some: Partial<Plan>) => setPlan((now) => ({ ...now, ...some }));
  const right = isRight(plan);
  return (
    <Dialog title={t("actOn", { count: props.nodes.length || props.groups.length })} onClose={props.onClose}>
      <form
        method="post"
        className={styles.parts}
        onSubmit={(event) => {
          event.preventDefault();
          if (right) begun.mutate(plan);
        }}
      >
        <Choice
          label={t("deed")}
          hint={t(`deedHelp.${plan.deed}`)}
          value={plan.deed}
          onChange={({ target }) => put({ deed: DEEDS.find((each) => each === target.value) ?? "examine" })}
          choices={DEEDS.map((each) => [each, words.deed(each)] as const)}
        />
        <details>
          <summary>{t("carefully")}</summary>
          <Careful plan={plan} onPut={put} />
        </details>
        <Field
          label={t("why")}
          maxLength={200}
          value={plan.why}
          onChange={({ target }) => put({ why: target.value })}
        />
        <Trouble error={begun.error} />
        <div className={styles.end}>
          <Button onClick={props.onClose}>{t("leave")}</Button>
          <Button
            type="submit"
            look={plan.deed === "restart" ? "danger" : "main"}
            disabled={!right}
            busy={begun.isPending}
          >
            {words.deed(plan.deed)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Careful({ plan, onPut }: { plan: Plan; onPut: (some: Partial<Plan>) => void }) {
  const { t } = useTranslation("fleet");
  return (
    <div className={styles.parts}>
      <Field
        label={t("atOnce")}
        hint={t("atOnceHint")}
        inputMode="numeric"
        trouble={!plan.atOnce.trim() || isCount(plan.atOnce, 100) ? null : t("noCount", { most: 100 })}
        value={plan.atOnce}
        onChange={({ target }) => onPut({ atOnce: target.value })}
      />
      <Field
        label={t("failed")}
        hint={t("failedHint")}
        inputMode="numeric"
        trouble={isCount(plan.failed, 5000) ? null : t("noCount", { most: 5000 })}
        value={plan.failed}
        onChange={({ target }) => onPut({ failed: target.value })}
      />
      <Field
        label={t("patience")}
        hint={t("patienceHint")}
        trouble={isDuration(plan.patience) ? null : t("noDuration")}
        value={plan.patience}
        onChange={({ target }) => onPut({ patience: target.value })}
      />
    </div>
  );
}
