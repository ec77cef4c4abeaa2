import { useTranslation } from "react-i18next";
import { Top } from "@/small/Top";
import { Form } from "./Form";
import type { Outbox } from "./outbox";
import styles from "./Report.module.css";
import type { Draft } from "./shapes";
import { Standing } from "./Standing";
import type { Store } from "./store";

/** The page for reports; behind a report's own link, what became of it. */
export function Report({ store, outbox, draft }: { store: Store; outbox: Outbox; draft: Draft }) {
  const { t } = useTranslation("report");
  const token = location.pathname.split("/")[2] ?? null;
  return (
    <div className={styles.page}>
      <Top title={t("title")} />
      <main>{token ? <Standing token={token} /> : <Form store={store} outbox={outbox} first={draft} />}</main>
    </div>
  );
}
