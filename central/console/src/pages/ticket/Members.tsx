import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { Moment } from "@/parts/Moment";
import { Panel } from "@/parts/Panel";
import { Said } from "@/parts/Said";
import { useFormats } from "@/words/useFormats";
import type { Ticket } from "./asking";
import styles from "./Members.module.css";

/** The situations of a ticket, where it has several. */
export function Members({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("ticket");
  const { when } = useFormats();
  if (ticket.members.length < 2) return null;
  return (
    <Panel title={t("members", { count: ticket.members.length })}>
      <ul className={styles.members}>
        {ticket.members.map((member) => (
          <li key={`${member.node} ${member.situation}`}>
            <p>
              <b>{member.source}</b> <span className={styles.about}>{member.situation}</span>
            </p>
            <p className={styles.about}>
              <Moment at={member.opened_at} />{" "}
              <Badge tone={member.cleared_at ? "good" : "warn"}>
                {member.cleared_at
                  ? t("member.cleared", { when: when(member.cleared_at) })
                  : t("member.standing")}
              </Badge>
            </p>
            {member.joined && (
              <p className={styles.about}>
                <Said reason={member.joined} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
