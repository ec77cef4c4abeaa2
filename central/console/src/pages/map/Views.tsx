import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, given, type Schema } from "@/api/client";
import { useMay } from "@/api/me";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Box, Field } from "@/parts/Field";
import { Icon } from "@/parts/Icon";
import { Pick } from "@/parts/Pick";
import { Trouble } from "@/parts/Trouble";
import { FILTERS, type Search } from "./filters";
import { keptOf, searchOfKept } from "./saved";
import { useSearchTo } from "./useSearchTo";
import styles from "./Views.module.css";

type View = Schema<"ViewAnswer">;
const NOTHING = Object.fromEntries([...FILTERS, "sort"].map((name) => [name, undefined]));
const VIEWS = ["views"];

/** Filters and a place on the map under a name: one's own, and what others share. */
export function Views({ search }: { search: Search }) {
  const { t } = useTranslation("map");
  const found = useQuery({
    queryKey: VIEWS,
    queryFn: ({ signal }) => given(api.GET("/api/views", { signal })),
  });
  const items = found.data?.items ?? [];
  return (
    <Pick label={t("views.title")} icon="bookmark" end>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      <ul className={styles.views}>
        {items.map((view) => (
          <Kept key={view.view} view={view} />
        ))}
      </ul>
      {found.isSuccess && !items.length && <p className={styles.soft}>{t("views.none")}</p>}
      <Keeping search={search} />
    </Pick>
  );
}

function Kept({ view }: { view: View }) {
  const { t } = useTranslation("map");
  const to = useSearchTo();
  const drop = useChange(() =>
    api.DELETE("/api/views/{number}", { params: { path: { number: view.view } } }),
  );
  return (
    <li className={styles.view}>
      <button
        type="button"
        onClick={() => to({ ...NOTHING, ...searchOfKept({ ...view, map: view.map ?? null }) }, true)}
      >
        {view.name}
      </button>
      {view.shared && <Badge tone="accent">{view.mine ? t("views.shared") : view.owner}</Badge>}
      {view.mine && (
        <Button
          look="quiet"
          busy={drop.isPending}
          aria-label={t("views.drop", { name: view.name })}
          onClick={() => drop.mutate()}
        >
          <Icon name="trash" small />
        </Button>
      )}
      <Trouble error={drop.error} />
    </li>
  );
}

function Keeping({ search }: { search: Search }) {
  const { t } = useTranslation("map");
  const mayShare = useMay("view.share");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const keep = useChange(() =>
    api.POST("/api/views", { body: { name: name.trim(), shared, ...keptOf(search) } }),
  );
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    keep.mutate(undefined, { onSuccess: () => setName("") });
  };
  return (
    <form className={styles.keeping} onSubmit={submit}>
      <Field
        label={t("views.name")}
        value={name}
        maxLength={80}
        required
        onChange={(event) => setName(event.target.value)}
      />
      {mayShare && (
        <Box
          label={t("views.forAll")}
          checked={shared}
          onChange={(event) => setShared(event.target.checked)}
        />
      )}
      <Button type="submit" look="main" busy={keep.isPending} disabled={!name.trim()}>
        {t("views.keep")}
      </Button>
      <Trouble error={keep.error} />
    </form>
  );
}

function useChange(change: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => void (await change()),
    onSuccess: () => queries.invalidateQueries({ queryKey: VIEWS }),
  });
}
