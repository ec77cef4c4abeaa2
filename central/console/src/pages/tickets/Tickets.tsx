import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePicks } from "@/bulk/usePicks";
import { keepList } from "@/links/listed";
import { Button } from "@/parts/Button";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { BY_SEARCH } from "@/parts/Tabs";
import { Trouble } from "@/parts/Trouble";
import { summaryQuery, ticketsQuery } from "./asking";
import { Card } from "./Card";
import { PickBar } from "./Picks";
import { SHOWN, ticketsRoute } from "./route";
import styles from "./Tickets.module.css";

/** The list of tickets, newest first. */
export function Tickets() {
  const { t } = useTranslation("tickets");
  const { show = "open" } = ticketsRoute.useSearch();
  const found = useInfiniteQuery(ticketsQuery(show));
  const tickets = useMemo(() => found.data?.pages.flatMap(({ items }) => items) ?? [], [found.data]);
  const numbers = useMemo(() => tickets.map(({ number }) => number), [tickets]);
  useEffect(() => keepList(numbers), [numbers]);
  const picks = usePicks(numbers);
  return (
    <Page>
      <PageHead title={t("title")}>
        <Filter />
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.isSuccess && !tickets.length && <Empty title={t(`empty.${show}`)}>{t("emptyHelp")}</Empty>}
      {tickets.length > 0 && <PickBar picks={picks} all={numbers.length} />}
      <ol className={styles.list} aria-label={t("title")}>
        {tickets.map((ticket) => (
          <Card
            key={ticket.number}
            ticket={ticket}
            picked={picks.picked.includes(ticket.number)}
            onPick={picks.flip}
          />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button
          className={styles.more}
          busy={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("more", { ns: "shell" })}
        </Button>
      )}
    </Page>
  );
}

function Filter() {
  const { t } = useTranslation("tickets");
  const { data } = useQuery(summaryQuery);
  const counts = data && { open: data.open, done: data.done, all: data.open + data.done };
  return (
    <nav className={styles.filter} aria-label={t("filter")}>
      {SHOWN.map((each) => (
        <Link
          key={each}
          to="/tickets"
          search={{ show: each === "open" ? undefined : each }}
          activeOptions={BY_SEARCH}
        >
          {t(`show.${each}`)} <span>{counts?.[each]}</span>
        </Link>
      ))}
    </nav>
  );
}
