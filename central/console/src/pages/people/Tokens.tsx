import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { tokensQuery, type Token } from "./asking";
import { NewToken } from "./NewToken";
import styles from "./People.module.css";
import { Reveal, type Secret } from "./Reveal";

/** One's own tokens for programs. */
export function Tokens() {
  const { t } = useTranslation("people");
  const { data, error, isPending } = useQuery(tokensQuery);
  const [made, setMade] = useState<Secret | null>(null);
  const heads = [t("tokenName"), t("scopes"), t("ends"), t("lastUsed"), ""];
  return (
    <Panel title={t("parts.tokens")}>
      <Trouble error={error} />
      {isPending && <Loading />}
      {data?.items.length === 0 && <Empty title={t("noTokens")} />}
      {data && data.items.length > 0 && (
        <Table label={t("parts.tokens")} heads={heads}>
          {data.items.map((token) => (
            <TokenRow key={token.number} token={token} />
          ))}
        </Table>
      )}
      {data && <NewToken scopes={data.scopes} onMade={setMade} />}
      {made && <Reveal {...made} onClose={() => setMade(null)} />}
    </Panel>
  );
}

function TokenRow({ token }: { token: Token }) {
  const { t } = useTranslation("people");
  const { when } = useFormats();
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () => api.DELETE("/api/tokens/{number}", { params: { path: { number: token.number } } }),
    onSettled: () => queries.invalidateQueries(tokensQuery),
  });
  return (
    <Row>
      <span>{token.name}</span>
      <span className={styles.scopes}>
        {token.scopes.map((scope) => (
          <code key={scope}>{scope}</code>
        ))}
      </span>
      <time dateTime={token.expires}>{when(token.expires)}</time>
      <span>{token.used ? <time dateTime={token.used}>{when(token.used)}</time> : t("never")}</span>
      <span className={styles.deeds}>
        <Button
          look="danger"
          busy={drop.isPending}
          aria-label={t("dropOne", { name: token.name })}
          onClick={() => drop.mutate()}
        >
          {t("drop")}
        </Button>
      </span>
    </Row>
  );
}
