import { useTranslation } from "react-i18next";
import { Facts } from "@/parts/Facts";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { useFormats } from "@/words/useFormats";
import { useReason } from "@/words/useReason";
import { useCodes } from "@/words/useWords";
import type { Ticket } from "./asking";

/** How long the ticket and its parts stay, and what else keeps them. */
export function KeptPanel({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const of = useCodes("ticket");
  const { when } = useFormats();
  const say = useReason();
  const holds = ticket.kept.holds.map(({ hold, reason, since }) =>
    t("kept.hold", { hold, reason, when: when(since) }),
  );
  return (
    <Panel title={t("keptTitle")}>
      <Facts
        facts={[
          [t("kept.holds"), holds.join("; ")],
          ...ticket.kept.parts.map(
            ({ part, until, reason }) =>
              [
                of("part", part),
                <span key={part} title={say(reason)}>
                  {until ? <Moment at={until} /> : t("kept.noTime")}
                </span>,
              ] as const,
          ),
        ]}
      />
    </Panel>
  );
}
