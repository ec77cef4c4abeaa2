import { useTranslation } from "react-i18next";
import { useNamed } from "@/words/useWords";
import { useOwnFormats } from "../useSync";
import { inPage } from "../where";
import { Place } from "./Place";
import styles from "./Near.module.css";
import type { Near } from "./near";
import { planOf, SIDE, type Spot } from "./plan";
import type { Here } from "./useHere";

const MOST = 20;
const MIDDLE = SIDE / 2;

/** Where the nearest tickets lie, north above: a plan that needs no map and no line. */
export function PlanPage({ all, here }: { all: Near[]; here: Here }) {
  const { t } = useTranslation("phone");
  const { number } = useOwnFormats();
  const named = useNamed();
  const plan = planOf(all, here.place, MOST);
  const metres = (value: number) =>
    value < 1_000
      ? t("away.metres", { number: number(value) })
      : t("away.kilometres", { number: number(value / 1_000) });
  return (
    <section aria-labelledby="plan-title">
      <h1 id="plan-title">{t("plan.title")}</h1>
      <p className={styles.about}>{t(plan.me ? "plan.aroundMe" : "plan.aroundAll")}</p>
      <Place here={here} cells={all.map(({ ticket }) => ticket.cell)} />
      {plan.spots.length ? (
        <svg
          className={styles.plan}
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          role="group"
          aria-label={t("plan.title")}
        >
          {plan.rings.map((ring) => (
            <g key={ring.metres}>
              <circle cx={MIDDLE} cy={MIDDLE} r={ring.radius} className={styles.ring} />
              <text x={MIDDLE + 4} y={MIDDLE + ring.radius - 4} className={styles.scale}>
                {metres(ring.metres)}
              </text>
            </g>
          ))}
          <path d={`M${MIDDLE} 3l6 14h-12Z`} className={styles.north} />
          {plan.me && <circle cx={MIDDLE} cy={MIDDLE} r="6" className={styles.me} />}
          {plan.spots.map((spot, n) => (
            <Dot key={spot.near.ticket.number} spot={spot} n={n + 1} says={named(spot.near.ticket.kind)} />
          ))}
        </svg>
      ) : (
        <p className={styles.about}>{t("plan.none")}</p>
      )}
      <ol className={styles.keys}>
        {plan.spots.map(({ near: { ticket } }, n) => (
          <li key={ticket.number}>
            <a href={`/phone/${ticket.number}`} onClick={inPage}>
              <b>{n + 1}</b> {named(ticket.kind)} · {ticket.place ?? ticket.source.name ?? ticket.number}
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Dot({ spot: { near, x, y }, n, says }: { spot: Spot; n: number; says: string }) {
  const { number, severity } = near.ticket;
  return (
    <a
      href={`/phone/${number}`}
      onClick={inPage}
      aria-label={`${n} ${says} ${number}`}
      className={styles.dot}
    >
      <circle cx={x} cy={y} r="14" data-high={severity === "high" || undefined} />
      <text x={x} y={y + 4}>
        {n}
      </text>
    </a>
  );
}
