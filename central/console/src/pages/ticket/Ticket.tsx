import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { statusOf } from "@/api/problem";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Trouble } from "@/parts/Trouble";
import { ticketQuery } from "./asking";
import { Case } from "./Case";
import { Skeleton } from "./Skeleton";
import { ticketRoute } from "./route";

/** One ticket: where it stands, what may be done with it, why it is there, and everything that happened to it. */
export function Ticket() {
  const { name } = ticketRoute.useParams();
  const found = useQuery(ticketQuery(name));
  if (found.data) return <Case key={found.data.number} ticket={found.data} error={found.error} />;
  if (statusOf(found.error) === 404) return <None name={name} />;
  return (
    <Page wide>
      <PageHead title={name} />
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Skeleton />}
    </Page>
  );
}

function None({ name }: { name: string }) {
  const { t } = useTranslation("ticket");
  return (
    <Page>
      <PageHead title={name} />
      <Empty title={t("none", { number: name })}>
        <p>{t("noneHelp")}</p>
        <Link to="/tickets">{t("toList")}</Link>
      </Empty>
    </Page>
  );
}
