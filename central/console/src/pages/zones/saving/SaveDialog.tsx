import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Field } from "@/parts/Field";
import { Trouble } from "@/parts/Trouble";
import { useTheBench } from "../bench/useBench";
import { compared } from "../draft/comparing";
import { Differences } from "./Differences";
import { Merging } from "./Merging";
import styles from "./Saving.module.css";
import type { Save } from "./useSave";

/** What is about to change, and why; where somebody else was first, both are laid side by side. */
export function SaveDialog({ saving, grave }: { saving: Save; grave: boolean }) {
  const { t } = useTranslation("zones");
  const { state, draft } = useTheBench();
  const [why, setWhy] = useState("");
  if (saving.since)
    return (
      <Dialog title={t("merge.title")} size="large" onClose={saving.close}>
        <Merging
          since={saving.since}
          onDone={() => {
            saving.forget();
            saving.close();
          }}
        />
      </Dialog>
    );
  return (
    <Dialog title={t("save.title")} onClose={saving.close}>
      <form
        method="post"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          saving.send(why.trim());
        }}
      >
        <Differences difference={compared(state.base, draft)} />
        <Field
          label={t("save.why")}
          hint={t("save.whyHelp")}
          value={why}
          maxLength={200}
          required
          onChange={({ target }) => setWhy(target.value)}
        />
        {grave && <p className={styles.grave}>{t("save.grave")}</p>}
        <Trouble error={saving.error} />
        <div className={styles.actions}>
          <Button onClick={saving.close}>{t("close", { ns: "shell" })}</Button>
          <Button look="main" type="submit" busy={saving.busy} disabled={!why.trim()}>
            {t("save.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
