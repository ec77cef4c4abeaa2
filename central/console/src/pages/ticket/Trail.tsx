import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Panel } from "@/parts/Panel";
import { Trouble } from "@/parts/Trouble";
import { trailQuery, type Picture, type Ticket } from "./asking";
import { isImage } from "./sights";
import { SORTS, ticketRoute } from "./route";
import styles from "./Trail.module.css";
import { TrailLine } from "./TrailLine";
import { Viewer } from "./Viewer";

/** Everything that happened to a ticket, in one order: 痕迹. */
export function Trail({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { trail: only, newest = false } = ticketRoute.useSearch();
  const found = useInfiniteQuery(trailQuery(ticket.number));
  const [shown, show] = useState<{ pictures: Picture[]; at: number } | null>(null);
  const all = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const lines = only ? all.filter(({ sort }) => sort === only) : all;
  const ordered = newest ? lines.toReversed() : lines;
  return (
    <Panel title={t("trail")} actions={<Filter newest={newest} only={only} />}>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isSuccess && !lines.length && <p className={styles.empty}>{t("trailEmpty")}</p>}
      <ol className={styles.lines}>
        {ordered.map((line) => (
          <TrailLine
            key={line.seq}
            line={line}
            number={ticket.number}
            onPicture={(picture) => {
              const pictures = line.pictures.filter((each) => each.here && isImage(each));
              show({ pictures, at: pictures.indexOf(picture) });
            }}
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
      {shown && (
        <Viewer
          number={ticket.number}
          {...shown}
          onTurn={(at) => show({ ...shown, at })}
          onClose={() => show(null)}
          outlinesOf={() => []}
          outlined={false}
          onOutlined={() => undefined}
        />
      )}
    </Panel>
  );
}

function Filter({ only, newest }: { only: (typeof SORTS)[number] | undefined; newest: boolean }) {
  const { t } = useTranslation("ticket");
  const { t: of } = useTranslation("casework");
  const link = { from: ticketRoute.fullPath, to: ".", replace: true, resetScroll: false } as const;
  return (
    <nav className={styles.filter} aria-label={t("trailFilter")}>
      {[undefined, ...SORTS].map((sort) => (
        <Link
          key={sort ?? "all"}
          {...link}
          search={(known) => ({ ...known, trail: sort })}
          aria-current={sort === only ? "true" : undefined}
        >
          {sort ? of(`sorts.${sort}`) : t("trailAll")}
        </Link>
      ))}
      <Link
        {...link}
        search={(known) => ({ ...known, newest: newest ? undefined : true })}
        aria-current={newest ? "true" : undefined}
        className={styles.order}
      >
        {t("newestFirst")}
      </Link>
    </nav>
  );
}
