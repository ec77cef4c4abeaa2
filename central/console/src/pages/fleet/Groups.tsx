import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Button } from "@/parts/Button";
import buttons from "@/parts/Button.module.css";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { ActButton } from "./ActButton";
import { groupsQuery, type Group } from "./asking";
import styles from "./Fleet.module.css";
import { GroupDialog } from "./GroupDialog";

/** Named sets of nodes. */
export function Groups() {
  const { t } = useTranslation("fleet");
  const found = useQuery(groupsQuery);
  const manages = useMay("node.manage");
  const [open, setOpen] = useState<Group | "new" | null>(null);
  return (
    <>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {manages && (
        <p>
          <Button onClick={() => setOpen("new")}>{t("newGroup")}</Button>
        </p>
      )}
      {found.isPending && <Loading />}
      {found.data?.length === 0 && <Empty title={t("noGroups")}>{t("noGroupsHelp")}</Empty>}
      {found.data && found.data.length > 0 && (
        <Panel title={t("groups")}>
          <Table label={t("groups")} heads={[t("group"), t("members"), t("facets.labels"), ""]}>
            {found.data.map((each) => (
              <One key={each.id} of={each} onOpen={manages ? () => setOpen(each) : null} />
            ))}
          </Table>
        </Panel>
      )}
      {open && <GroupDialog of={open === "new" ? null : open} nodes={[]} onClose={() => setOpen(null)} />}
    </>
  );
}

function One({ of, onOpen }: { of: Group; onOpen: (() => void) | null }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  return (
    <Row data-group={of.name}>
      <div>
        {of.name}
        {of.about && <small className={styles.soft}>{of.about}</small>}
      </div>
      <Link to="/fleet" search={{ group: of.id }}>
        {t("nodesOf", { count: of.members.length, many: number(of.members.length) })}
      </Link>
      <span>{of.labels.join(", ") || <span className={styles.soft}>{t("inNone")}</span>}</span>
      {onOpen ? (
        <div className={styles.line}>
          {of.members.length > 0 && <ActButton nodes={[]} groups={[of.id]} />}
          <Link to="/rollouts/new" search={{ group: of.id }} className={buttons.button}>
            {t("rollOut")}
          </Link>
          <Button look="quiet" onClick={onOpen}>
            {t("change")}
          </Button>
        </div>
      ) : (
        <span />
      )}
    </Row>
  );
}
