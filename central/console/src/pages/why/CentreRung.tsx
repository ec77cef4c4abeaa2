import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Said } from "@/parts/Said";
import { useCodes } from "@/words/useWords";
import type { Became } from "./asking";
import styles from "./Ladder.module.css";

/** What became at the centre of what the node told. */
export function CentreRung({ became }: { became: Became | null }) {
  const { t } = useTranslation("why");
  const state = became?.ticket ? "passed" : became?.outcome === "suppressed" ? "stopped" : "waiting";
  return (
    <li className={styles[state]} data-gate="centre" data-state={state}>
      <span className={styles.sign} aria-hidden="true">
        {state === "passed" ? "✓" : state === "stopped" ? "✕" : "…"}
      </span>
      <b>{t("gate.centre")}</b>
      <span className={styles.said}>{became ? <Words became={became} /> : t("centre.unknown")}</span>
    </li>
  );
}

/** Which ticket it made or joined, and why; or what hides it. */
export function Words({ became }: { became: Became }) {
  const { t } = useTranslation("why");
  const state = useCodes("casework")("states", became.state ?? "");
  const { ticket, founded, joined, suppression, merged_into: merged } = became;
  return (
    <>
      {ticket && (
        <>
          {t(founded ? "centre.ticket" : "centre.joined", { ticket })}{" "}
          <Link to="/tickets/$name" params={{ name: ticket }}>
            {t("toTicket", { ticket })}
          </Link>{" "}
          {state && `· ${state} `}
        </>
      )}
      {became.outcome === "suppressed" && t("centre.suppressed", { number: suppression ?? "" })}
      {became.outcome === "early" && t("centre.early")}
      {merged && `· ${t("centre.merged", { ticket: merged })} `}
      {joined && <Said reason={joined} />}
    </>
  );
}
