import { useEffect } from "react";
import { useLanguage } from "@/words/useWords";
import styles from "./Top.module.css";
import { turnTo } from "./words";

/** The head of a page of its own: whose it is, and the other language. The page's title follows it. */
export function Top({ title }: { title: string }) {
  const language = useLanguage();
  const [other, name] = language === "zh" ? (["en", "English"] as const) : (["zh", "中文"] as const);
  useEffect(() => {
    document.title = `${title} · Gewu 格物`;
  }, [title]);
  return (
    <header className={styles.top}>
      <img src="/icons/mark.svg" alt="" width="26" height="26" />
      <b>格物 Gewu</b>
      <button type="button" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => turnTo(other)}>
        {name}
      </button>
    </header>
  );
}
