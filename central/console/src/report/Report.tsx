import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { turnTo } from "@/small/words";
import { useLanguage } from "@/words/useWords";
import { Form } from "./Form";
import type { Outbox } from "./outbox";
import styles from "./Report.module.css";
import type { Draft } from "./shapes";
import { Standing } from "./Standing";
import type { Store } from "./store";

/** The page for reports; behind a report's own link, what became of it. */
export function Report({ store, outbox, draft }: { store: Store; outbox: Outbox; draft: Draft }) {
  const { t } = useTranslation("report");
  const language = useLanguage();
  const token = location.pathname.split("/")[2] ?? null;
  useEffect(() => {
    document.title = `${t("title")} · Gewu 格物`;
  }, [t, language]);
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <img src="/icons/mark.svg" alt="" width="26" height="26" />
        <b>格物 Gewu</b>
        <button
          type="button"
          lang={language === "zh" ? "en" : "zh-CN"}
          onClick={() => turnTo(language === "zh" ? "en" : "zh")}
        >
          {language === "zh" ? "English" : "中文"}
        </button>
      </header>
      <main>{token ? <Standing token={token} /> : <Form store={store} outbox={outbox} first={draft} />}</main>
    </div>
  );
}
