import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { MomentField } from "@/parts/MomentField";
import { Choice } from "@/parts/Field";
import { Form } from "@/parts/Form";
import { Trouble } from "@/parts/Trouble";
import { sourcesQuery } from "./asking";
import styles from "./Chooser.module.css";
import { fieldOf, instantOf } from "./local";
import { SPANS, whyRoute, type Span } from "./route";

/** Which source, and which time. */
export function Chooser() {
  const { t } = useTranslation("why");
  const search = whyRoute.useSearch();
  const navigate = useNavigate();
  const sources = useQuery(sourcesQuery);
  const [chosen, choose] = useState(search.node && search.source ? `${search.node}/${search.source}` : "");
  const [until, setUntil] = useState(() => fieldOf(search.until ? Date.parse(search.until) : Date.now()));
  const [span, setSpan] = useState<Span>(search.span ?? "1h");
  const known = (sources.data?.nodes ?? []).flatMap((node) =>
    node.sources.map((source) => {
      const name = `${node.node.replace("gewu://", "")}/${source.id}`;
      return [
        name,
        [source.source?.name ?? source.id, source.place, name].filter(Boolean).join(" · "),
      ] as const;
    }),
  );
  const choices =
    known.some(([value]) => value === chosen) || !chosen ? known : [[chosen, chosen] as const, ...known];
  function go(event: React.FormEvent): void {
    event.preventDefault();
    const [node, source] = [chosen.split("/").slice(0, 2).join("/"), chosen.split("/").slice(2).join("/")];
    void navigate({ to: "/why", search: { node, source, until: instantOf(until), span } });
  }
  return (
    <>
      <Trouble error={sources.error} onAgain={() => void sources.refetch()} />
      <Form className={styles.chooser} onSubmit={go}>
        <Choice
          label={t("source")}
          required
          choices={[["", t("choose")], ...choices]}
          value={chosen}
          onChange={(event) => choose(event.target.value)}
        />
        <MomentField label={t("until")} to="second" required value={until} onChange={setUntil} />
        <Choice
          label={t("span")}
          choices={(Object.keys(SPANS) as Span[]).map((each) => [each, t(`span${each}`)] as const)}
          value={span}
          onChange={(event) => setSpan(event.target.value as Span)}
        />
        <Button onClick={() => setUntil(fieldOf(Date.now()))}>{t("now")}</Button>
        <Button type="submit" look="main">
          {t("go")}
        </Button>
      </Form>
    </>
  );
}
