import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import type { Loaded } from "./bench/useSettings";
import { Reasons } from "./Reasons";

/** While the node is asked for its zones, and where it does not answer. */
export function NotYet({ loaded: { inspecting, again }, title }: { loaded: Loaded; title: string }) {
  const { t } = useTranslation("zones");
  const { ask, busy, error } = inspecting;
  return (
    <Page>
      <PageHead title={title} />
      {error ? (
        <Trouble error={error} onAgain={again} />
      ) : ask && !busy ? (
        <Empty title={t("noAnswer")}>
          <Reasons reasons={ask.reasons} />
          <Button onClick={again}>{t("again", { ns: "shell" })}</Button>
        </Empty>
      ) : (
        <Loading />
      )}
    </Page>
  );
}
