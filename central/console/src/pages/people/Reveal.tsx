import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Field } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import styles from "./Reveal.module.css";

export interface Secret {
  title: string;
  secret: string;
}

/** Something that is shown once. */
export function Reveal({ title, secret, onClose }: Secret & { onClose: () => void }) {
  const { t } = useTranslation(["people", "shell"]);
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.reveal}>
        <Field
          label={t("shownOnce")}
          readOnly
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
          data-secret
        />
        <Button onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
          <Icon name={copied ? "check" : "copy"} small />
          {copied ? t("copied", { ns: "shell" }) : t("copy", { ns: "shell" })}
        </Button>
        <Button look="main" onClick={onClose}>
          {t("close", { ns: "shell" })}
        </Button>
      </div>
    </Dialog>
  );
}
