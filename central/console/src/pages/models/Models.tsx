import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { modelsQuery, nodesQuery } from "./asking";
import { HandIn } from "./HandIn";
import { ModelRow } from "./ModelRow";
import { NodeRow } from "./NodeRow";

/** The models that nodes may be given, and what each node looks with. */
export function Models() {
  const { t } = useTranslation("models");
  const models = useQuery(modelsQuery);
  const nodes = useQuery(nodesQuery);
  const manages = useMay("node.manage");
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")} />
      <Trouble error={models.error ?? nodes.error} onAgain={() => void models.refetch()} />
      {manages && <HandIn />}
      {models.isPending && <Loading />}
      {models.data?.length === 0 && <Empty title={t("none")}>{t("noneHelp")}</Empty>}
      {models.data && models.data.length > 0 && (
        <Panel title={t("all")}>
          <Table label={t("all")} heads={[t("model"), t("signed"), t("size"), t("nodes"), ""]}>
            {models.data.map((each) => (
              <ModelRow key={each.called} of={each} nodes={nodes.data ?? []} manages={manages} />
            ))}
          </Table>
        </Panel>
      )}
      {nodes.data && nodes.data.length > 0 && (
        <Panel title={t("onNodes")}>
          <Table label={t("onNodes")} heads={[t("node"), t("looksWith"), t("beside"), ""]}>
            {nodes.data.map((each) => (
              <NodeRow key={each.node} of={each} manages={manages} />
            ))}
          </Table>
        </Panel>
      )}
    </Page>
  );
}
