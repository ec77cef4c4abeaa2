import { useTranslation } from "react-i18next";
import { Moment } from "@/parts/Moment";
import { Said } from "@/parts/Said";
import { useProblem } from "@/words/useProblem";
import { useReason } from "@/words/useReason";
import { useCodes } from "@/words/useWords";
import type { Option } from "./asking";
import styles from "./Deeds.module.css";
import type { Refused } from "./refusals";

/** Why it was not done: what happened meanwhile, what is missing, or that the line broke. */
export function DeedTrouble({ refused, over }: { refused: Refused | null; over: Option | null }) {
  const { t } = useTranslation("ticket");
  const say = useReason();
  const why = over?.why_not ? say(over.why_not) : null;
  return (
    <div role="alert" className={refused || why ? styles.trouble : undefined}>
      {refused && <Words refused={refused} />}
      {why && <p>{t("notAnyMore", { why })}</p>}
    </div>
  );
}

function Words({ refused }: { refused: Refused }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("casework");
  const say = useProblem();
  if (refused.open) return <p>{t("sendFailed")}</p>;
  if (refused.code !== "changed_since") return <p>{say(refused.problem).says}</p>;
  return (
    <>
      <p>
        {t("changedSince")} {t("sinceThen")}
      </p>
      <ul>
        {refused.since.map((line) => (
          <li key={line.seq}>
            <Moment at={line.at} /> · {line.who ?? t("byCentre")} ·{" "}
            {line.action ? of("actions", line.action) : of("effects", line.effect)} ·{" "}
            <Said reason={line.reason} />
          </li>
        ))}
      </ul>
    </>
  );
}
