import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { handIn } from "./asking";
import styles from "./Models.module.css";

/** A bundle's file is chosen and goes at once; how much is through is shown. */
export function HandIn() {
  const { t } = useTranslation("models");
  const id = useId();
  const queries = useQueryClient();
  const [share, setShare] = useState(0);
  const sending = useMutation({
    mutationFn: (file: File) => handIn(file, setShare),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["models"] }),
  });
  return (
    <Panel title={t("handIn")}>
      <div className={styles.line}>
        <label htmlFor={id}>{t("bundle")}</label>
        <input
          id={id}
          type="file"
          accept=".gewu-model"
          disabled={sending.isPending}
          onChange={({ target }) => {
            const file = target.files?.[0];
            setShare(0);
            if (file) sending.mutate(file);
            target.value = "";
          }}
        />
        {sending.isPending && <progress aria-label={t("through")} value={share} />}
        {sending.data && !sending.isPending && (
          <span role="status">{t("handedIn", { model: sending.data.called })}</span>
        )}
      </div>
      <Trouble error={sending.error} />
    </Panel>
  );
}
