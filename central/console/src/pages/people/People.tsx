import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe, type Action } from "@/api/me";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { BY_SEARCH, Tabs } from "@/parts/Tabs";
import { Account } from "./Account";
import { Accounts } from "./Accounts";
import { Audit } from "./Audit";
import { PARTS, peopleRoute, type Part } from "./route";
import { Signs } from "./signs/Signs";
import { Tokens } from "./Tokens";

const NEEDS: Record<Part, Action> = {
  account: "account.own",
  tokens: "token.make",
  accounts: "user.manage",
  signs: "place.manage",
  audit: "audit.view",
};
const SHOWS: Record<Part, React.ComponentType> = {
  account: Account,
  tokens: Tokens,
  accounts: Accounts,
  signs: Signs,
  audit: Audit,
};

/** The account, tokens, accounts, signs and the audit: each part is shown to those who may see it. */
export function People() {
  const { t } = useTranslation("people");
  const may = useMe()?.actions ?? [];
  const { part: wanted = "account" } = peopleRoute.useSearch();
  const parts = PARTS.filter((part) => may.includes(NEEDS[part]));
  const part = parts.includes(wanted) ? wanted : "account";
  const Shown = SHOWS[part];
  return (
    <Page>
      <PageHead title={t("title")} />
      {parts.length > 1 && (
        <Tabs label={t("title")}>
          {parts.map((each) => (
            <Link
              key={each}
              to="/people"
              search={{ part: each === "account" ? undefined : each }}
              activeOptions={BY_SEARCH}
            >
              {t(`parts.${each}`)}
            </Link>
          ))}
        </Tabs>
      )}
      <Shown />
    </Page>
  );
}
