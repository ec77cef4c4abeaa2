import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Choice, Field } from "@/parts/Field";
import type { Group } from "./asking";
import styles from "./Fleet.module.css";
import { fleetRoute, STATES, type Search } from "./route";

/** Which nodes are shown. */
export function Filters({ groups }: { groups: readonly Group[] }) {
  const { t } = useTranslation("fleet");
  const search = fleetRoute.useSearch();
  const navigate = useNavigate({ from: "/fleet" });
  const put = (some: Partial<Search>) =>
    void navigate({ search: (known) => ({ ...known, ...some }), replace: true });
  return (
    <search className={styles.filters}>
      <Field
        label={t("find")}
        type="search"
        maxLength={80}
        value={search.q ?? ""}
        onChange={({ target }) => put({ q: target.value || undefined })}
      />
      <Choice
        label={t("state")}
        value={search.state ?? ""}
        onChange={({ target }) => put({ state: STATES.find((each) => each === target.value) })}
        choices={[["", t("any")], ...STATES.map((each) => [each, t(`show.${each}`)] as const)]}
      />
      <Choice
        label={t("group")}
        value={search.group ?? ""}
        onChange={({ target }) => put({ group: target.value ? Number(target.value) : undefined })}
        choices={[["", t("any")], ...groups.map(({ id, name }) => [String(id), name] as const)]}
      />
      {search.by && search.value && (
        <Button onClick={() => put({ by: undefined, value: undefined })}>
          {t("without", { name: t(`facets.${search.by}`), value: search.value })}
        </Button>
      )}
    </search>
  );
}
