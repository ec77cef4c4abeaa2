import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { Actions } from "./Actions";
import { Bundles } from "./Bundles";
import { Groups } from "./Groups";
import { Nodes } from "./Nodes";
import { fleetRoute, PARTS, type Part } from "./route";

const SHOWS: Record<Part, React.ComponentType> = {
  nodes: Nodes,
  groups: Groups,
  actions: Actions,
  bundles: Bundles,
};

/** Every node, groups of them, what was done with many at once, and bundles that they sent. */
export function Fleet() {
  const { t } = useTranslation("fleet");
  const { part = "nodes" } = fleetRoute.useSearch();
  const Shown = SHOWS[part];
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")} />
      <Tabs label={t("title")}>
        {PARTS.map((each) => (
          <Link
            key={each}
            to="/fleet"
            search={{ part: each === "nodes" ? undefined : each }}
            activeOptions={BY_SEARCH}
          >
            {t(`parts.${each}`)}
          </Link>
        ))}
      </Tabs>
      <Shown />
    </Page>
  );
}
