import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";

/** A path that leads nowhere. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <Page>
      <PageHead title={t("missing")} />
      <Empty title={t("missingHelp")}>
        <Link to="/">{t("toStart")}</Link>
      </Empty>
    </Page>
  );
}
