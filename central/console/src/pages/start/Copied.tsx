import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import styles from "./Start.module.css";

/** Something to be typed elsewhere, and a button that copies it. */
export function Copied({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation("shell");
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // Without TLS a browser has no clipboard; the text can be marked with one press.
    void navigator.clipboard?.writeText(text).then(() => setCopied(true));
  };
  return (
    <div className={styles.part}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.command} aria-label={label} tabIndex={0}>
        <code>{text}</code>
      </pre>
      {"clipboard" in navigator && (
        <p className={styles.row}>
          <Button look="main" onClick={copy}>
            <Icon name={copied ? "check" : "copy"} small />
            {copied ? t("copied") : t("copy")}
          </Button>
        </p>
      )}
    </div>
  );
}
