import { Page } from "@/parts/Page";
import { Trouble } from "@/parts/Trouble";
import type { Ticket } from "./asking";
import styles from "./Case.module.css";
import { Comment } from "./Comment";
import { Deeds } from "./Deeds";
import { Evidence } from "./Evidence";
import { FactsPanel } from "./FactsPanel";
import { Film } from "./Film";
import { Head } from "./Head";
import { KeptPanel } from "./KeptPanel";
import { Marks } from "./Marks";
import { Members } from "./Members";
import { PrintHead } from "./PrintHead";
import { Readings } from "./Readings";
import { Reports } from "./Reports";
import { Trail } from "./Trail";
import { Where } from "./Where";
import { Whys } from "./Whys";

/** A ticket that is there. `error`: what it shows may be old. */
export function Case({ ticket, error }: { ticket: Ticket; error: unknown }) {
  return (
    <Page wide>
      <PrintHead ticket={ticket} />
      <Head ticket={ticket} />
      <Trouble error={error} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Readings ticket={ticket} />
          <Evidence ticket={ticket} />
          <Film ticket={ticket} />
          <Whys ticket={ticket} />
          <Trail ticket={ticket} />
          <Comment ticket={ticket} />
        </div>
        <div className={styles.side}>
          <Deeds ticket={ticket} />
          <FactsPanel ticket={ticket} />
          <Where ticket={ticket} />
          <Marks ticket={ticket} />
          <Members ticket={ticket} />
          <Reports ticket={ticket} />
          <KeptPanel ticket={ticket} />
        </div>
      </div>
    </Page>
  );
}
