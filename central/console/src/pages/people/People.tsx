import { useTranslation } from "react-i18next";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";

export function People() {
  const { t } = useTranslation("people");
  return (
    <Page>
      <PageHead title={t("title")} />
    </Page>
  );
}
