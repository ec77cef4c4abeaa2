import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keepList } from "@/links/listed";
import { Badge } from "@/parts/Badge";
import { Button } from "@/parts/Button";
import { Dialog } from "@/parts/Dialog";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { WideTable } from "./WideTable";
import { Trouble } from "@/parts/Trouble";
import { useDepartment } from "@/words/useDepartment";
import { useFormats } from "@/words/useFormats";
import { useCodes, useNamed } from "@/words/useWords";
import { countedQuery, type Counted, type Listed, type Which } from "./asking";
import styles from "./Indicators.module.css";

const PARTS = ["numerator", "denominator"] as const;
const INSTANTS = {
  found: "opened_at",
  due: "owed_at",
  dispatched: "dispatched_at",
  handled: "handled_at",
} as const;

interface Props {
  title: string;
  which: Which;
  listed: Omit<Listed, "part">;
  onClose: () => void;
}

/** The very tickets that a figure counts, on either side of the stroke. */
export function CountedDialog({ title, which, listed, onClose }: Props) {
  const { t } = useTranslation("indicators");
  const of = useCodes("indicators");
  const [part, setPart] = useState<Listed["part"]>("numerator");
  const found = useInfiniteQuery(countedQuery(which, { ...listed, part }));
  const first = found.data?.pages[0];
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog title={title} onClose={onClose} size="large">
      <div className={styles.lengths} role="group" aria-label={t("part")}>
        {PARTS.map((each) => (
          <button key={each} type="button" aria-pressed={each === part} onClick={() => setPart(each)}>
            {t(`parts.${each}`)}
          </button>
        ))}
      </div>
      {first && <p className={styles.state}>{of("says", first.tally)}</p>}
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {first && !items.length && <Empty title={t("nothing")} />}
      {first && items.length > 0 && <List items={items} base={first.base} title={title} />}
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("more", { ns: "shell" })}
        </Button>
      )}
    </Dialog>
  );
}

function List({ items, base, title }: { items: readonly Counted[]; base: string; title: string }) {
  const { t } = useTranslation("indicators");
  const of = useCodes("indicators");
  const states = useCodes("tickets");
  const named = useNamed();
  const department = useDepartment();
  const { moment } = useFormats();
  const numbers = [...new Set(items.map(({ number }) => number))].join(" ");
  useEffect(() => keepList(numbers.split(" ")), [numbers]);
  const at = (item: Counted) => item[INSTANTS[base as keyof typeof INSTANTS]];
  const heads = ["number", "kind", "state", "department", "cell"] as const;
  return (
    <WideTable
      label={title}
      heads={[...heads.map((head) => t(`heads.${head}`)), of("instants", base), t("heads.more")]}
    >
      {items.map((item) => (
        <tr key={`${item.number} ${item.dispatch}`}>
          <th scope="row">
            <Link to="/tickets/$name" params={{ name: item.number }}>
              {item.number}
            </Link>
          </th>
          <td>{named(item.kind)}</td>
          <td>{states("states", item.state)}</td>
          <td>{item.department && department(item.department)}</td>
          <td>{item.cell}</td>
          <td>{at(item) ? moment(at(item) ?? "") : ""}</td>
          <td>
            <Marks item={item} />
          </td>
        </tr>
      ))}
    </WideTable>
  );
}

function Marks({ item }: { item: Counted }) {
  const { t } = useTranslation("indicators");
  const { span } = useFormats();
  return (
    <>
      {item.in_time === true && <Badge tone="good">{t("marks.in_time")}</Badge>}{" "}
      {item.in_time === false && <Badge tone="bad">{t("marks.late")}</Badge>}{" "}
      {item.reworks > 0 && <Badge tone="warn">{t("marks.reworked")}</Badge>}{" "}
      {item.extensions > 0 && <Badge>{t("marks.extended")}</Badge>}{" "}
      {item.recurs > 0 && <Badge>{t("marks.recurs")}</Badge>}{" "}
      {item.worked_s > 0 && t("worked", { span: span(item.worked_s) })}
    </>
  );
}
