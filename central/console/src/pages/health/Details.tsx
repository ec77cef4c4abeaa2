import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/parts/Button";
import { Icon } from "@/parts/Icon";
import { Loading } from "@/parts/Loading";
import { Trouble } from "@/parts/Trouble";
import { detailsQuery } from "./asking";
import { AboutNode } from "./AboutNode";
import { AboutSource } from "./AboutSource";
import styles from "./Details.module.css";
import { useSourceWords } from "./useTold";
import type { NodeFares, SourceFares } from "./worst";

interface Props {
  /** DISTRICT/NODE or DISTRICT/NODE/SOURCE. */
  at: string;
  now: number;
  onClose: () => void;
}

/** All that is known of a source and its node, or of a node alone. */
export function Details({ at, now, onClose }: Props) {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const own = useRef<HTMLElement>(null);
  const [district, node, ...rest] = at.split("/");
  const name = `${district}/${node}`;
  const id = rest.length ? rest.join("/") : null;
  const found = useQuery(detailsQuery(name, id));
  const source = found.data?.sources.find((each) => each.id === id) ?? null;
  const title = source ? words.name(source) : (id ?? name);
  useEffect(() => own.current?.focus({ preventScroll: true }), []);
  return (
    <aside
      ref={own}
      tabIndex={-1}
      className={styles.details}
      aria-label={t("details", { name: title })}
      data-at={at}
    >
      <div className={styles.head}>
        <div>
          <h2>{title}</h2>
          <p className={styles.soft}>{[source?.place, at].filter(Boolean).join(" · ")}</p>
        </div>
        <Button look="quiet" aria-label={t("close", { ns: "shell" })} onClick={onClose}>
          <Icon name="close" small />
        </Button>
      </div>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.data && <Found node={found.data.node} source={source} alone={id === null} now={now} />}
    </aside>
  );
}

interface FoundProps {
  node: NodeFares | null;
  source: SourceFares | null;
  alone: boolean;
  now: number;
}

function Found({ node, source, alone, now }: FoundProps) {
  const { t } = useTranslation("health");
  const gone = alone ? node === null : source === null;
  return (
    <>
      {gone && <p className={styles.soft}>{t("gone")}</p>}
      {source && <AboutSource of={source} now={now} />}
      {node && <AboutNode of={node} alone={alone} now={now} />}
    </>
  );
}
