import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShortcuts } from "@/keys/useShortcuts";
import { Icon } from "@/parts/Icon";
import { around, keptList } from "@/links/listed";
import styles from "./Along.module.css";

/** To the tickets on either side in the list that one came from. */
export function Along({ number }: { number: string }) {
  const { t } = useTranslation("ticket");
  const navigate = useNavigate();
  const here = useMemo(() => around(keptList(), number), [number]);
  const go = (name: string | null | undefined) =>
    name && void navigate({ to: "/tickets/$name", params: { name } });
  useShortcuts([
    { keys: "k", says: t("newer"), run: () => go(here?.before) },
    { keys: "j", says: t("older"), run: () => go(here?.after) },
  ]);
  if (!here || here.all < 2) return null;
  return (
    <nav className={styles.along} aria-label={t("toList")}>
      <To name={here.before} says={t("newer")} icon="previous" />
      <span>{t("place", { at: here.at, all: here.all })}</span>
      <To name={here.after} says={t("older")} icon="next" />
    </nav>
  );
}

function To({ name, says, icon }: { name: string | null; says: string; icon: "previous" | "next" }) {
  if (!name) return <span className={styles.end} aria-hidden="true" />;
  return (
    <Link to="/tickets/$name" params={{ name }} aria-label={`${says}: ${name}`} title={`${says}: ${name}`}>
      <Icon name={icon} small />
    </Link>
  );
}
