import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import { Button } from "@/parts/Button";
import buttons from "@/parts/Button.module.css";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { plainNode } from "@/sources/place";
import { useNow } from "@/sources/useNow";
import { useFormats } from "@/words/useFormats";
import { bundlesQuery, bundleUrl, dropBundle, type Bundle } from "./asking";
import styles from "./Fleet.module.css";

/** Bundles of diagnostics that nodes sent. */
export function Bundles() {
  const { t } = useTranslation("fleet");
  const found = useQuery(bundlesQuery);
  const now = useNow();
  return (
    <>
      <p className={styles.soft}>{t("bundlesAbout")}</p>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data?.length === 0 && <Empty title={t("noBundles")}>{t("noBundlesHelp")}</Empty>}
      {found.data && found.data.length > 0 && (
        <Panel title={t("bundles")}>
          <Table label={t("bundles")} heads={[t("node"), t("came"), t("size"), t("lacks"), ""]}>
            {found.data.map((each) => (
              <One key={`${each.node} ${each.sha256}`} of={each} now={now} />
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}

function One({ of, now }: { of: Bundle; now: number }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  const manages = useMay("node.manage");
  return (
    <Row data-node={plainNode(of.node)}>
      <div>
        {plainNode(of.node)}
        <small className={styles.soft}>{of.software}</small>
      </div>
      <Ago at={of.at} now={now} />
      <span>{t("kilobytes", { size: number(of.size / 1000, { maximumFractionDigits: 0 }) })}</span>
      <span>{[...of.left_out, ...of.shortened].join(", ") || t("nothing")}</span>
      {manages ? <Deeds of={of} /> : <span />}
    </Row>
  );
}

function Deeds({ of }: { of: Bundle }) {
  const { t } = useTranslation("fleet");
  const queries = useQueryClient();
  const dropping = useMutation({
    mutationFn: () => dropBundle(of),
    onSettled: () => queries.invalidateQueries({ queryKey: ["fleet", "bundles"] }),
  });
  return (
    <div className={styles.line}>
      <a href={bundleUrl(of.node, of.sha256)} className={buttons.button} download>
        {t("download")}
      </a>
      <Button look="quiet" busy={dropping.isPending} onClick={() => dropping.mutate()}>
        {t("delete")}
      </Button>
      <Trouble error={dropping.error} />
    </div>
  );
}
