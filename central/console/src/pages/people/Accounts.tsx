import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { statusOf } from "@/api/problem";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { AccountRow } from "./AccountRow";
import { usersQuery } from "./asking";
import { NewAccount } from "./NewAccount";
import { Reveal, type Secret } from "./Reveal";

/** Everybody's accounts. */
export function Accounts() {
  const { t } = useTranslation("people");
  const { data, error, isPending } = useQuery(usersQuery);
  const [made, setMade] = useState<Secret | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const heads = [t("login"), t("name"), t("department"), t("role"), t("signsIn"), ""];
  return (
    <Panel title={t("parts.accounts")}>
      <Trouble error={error} />
      {isPending && <Loading />}
      <Table label={t("parts.accounts")} heads={heads}>
        {data?.items.map((user) => (
          <AccountRow key={user.login} user={user} onLink={setMade} onTrouble={setTrouble} />
        ))}
      </Table>
      <Trouble error={trouble} says={statusOf(trouble) === 409 ? t("lastAdministrator") : null} />
      <NewAccount onMade={setMade} />
      {made && <Reveal {...made} onClose={() => setMade(null)} />}
    </Panel>
  );
}
