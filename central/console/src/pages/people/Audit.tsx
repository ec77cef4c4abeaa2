import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Field } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { auditQuery, type Line } from "./asking";
import styles from "./People.module.css";
import { FILTERS, peopleRoute } from "./route";

/** Who did what, when and why. */
export function Audit() {
  const { t } = useTranslation("people");
  const found = useInfiniteQuery(auditQuery(peopleRoute.useSearch()));
  const lines = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const heads = [
    t("heads.at"),
    t("heads.who"),
    t("heads.action"),
    t("heads.about"),
    t("heads.why"),
    t("heads.outcome"),
  ];
  return (
    <Panel title={t("parts.audit")}>
      <Filter />
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.isSuccess && !lines.length && <Empty title={t("noLines")} />}
      {lines.length > 0 && (
        <Table label={t("parts.audit")} heads={heads}>
          {lines.map((line) => (
            <AuditRow key={line.seq} line={line} />
          ))}
        </Table>
      )}
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("more", { ns: "shell" })}
        </Button>
      )}
    </Panel>
  );
}

function Filter() {
  const { t } = useTranslation("people");
  const search = peopleRoute.useSearch();
  const navigate = useNavigate();
  const first = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: "/", says: t("search", { ns: "shell" }), run: () => first.current?.focus() }]);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const wanted = FILTERS.map((name) => [name, String(said.get(name)).trim() || undefined]);
    void navigate({ to: "/people", search: { part: "audit", ...Object.fromEntries(wanted) } });
  }

  return (
    <Form onSubmit={submit} key={FILTERS.map((name) => search[name]).join("\n")} role="search">
      {FILTERS.map((name, at) => (
        <Field
          key={name}
          ref={at === 0 ? first : null}
          label={t(`heads.${name}`)}
          name={name}
          defaultValue={search[name]}
          maxLength={240}
        />
      ))}
      <Button type="submit">{t("search", { ns: "shell" })}</Button>
    </Form>
  );
}

function AuditRow({ line }: { line: Line }) {
  const of = useCodes("people");
  const { when } = useFormats();
  return (
    <Row>
      <time dateTime={line.at}>{when(line.at)}</time>
      <span>{`${line.who} · ${of("ways", line.way)} · ${of("origins", line.origin)}`}</span>
      <span>
        {of("deeds", line.action)} <code className={styles.code}>{line.action}</code>
      </span>
      <span translate="no">{line.about}</span>
      <span translate="no">{line.why}</span>
      <Badge tone={line.outcome === "refused" ? "bad" : "neutral"}>{of("outcomes", line.outcome)}</Badge>
    </Row>
  );
}
