import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Badge, type Tone } from "@/parts/Badge";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { PageHead } from "@/parts/PageHead";
import { Panel } from "@/parts/Panel";
import { Row, Table } from "@/parts/Table";
import { Trouble } from "@/parts/Trouble";
import { useFormats } from "@/words/useFormats";
import { useKindNames } from "./asking/kinds";
import { precisionQuery, type Group } from "./asking/marks";
import { listQuery, type Status, type Zoned } from "./asking/zones";
import styles from "./Cameras.module.css";
import { zonesRoute } from "./route";

const TONES: Partial<Record<Status, Tone>> = {
  applied: "good",
  refused: "bad",
  rolled_back: "bad",
  sent: "info",
  wanted: "info",
};

/** Every camera with its zones: how right they have been, and which version runs. */
export function Cameras() {
  const { t } = useTranslation("zones");
  const { find = "" } = zonesRoute.useSearch();
  const navigate = zonesRoute.useNavigate();
  const found = useQuery(listQuery);
  const asked = find.toLowerCase();
  const items = (found.data ?? []).filter((each) =>
    [each.name, each.place, each.source, each.node, ...each.zones.map(({ name, id }) => name ?? id)].some(
      (text) => text?.toLowerCase().includes(asked),
    ),
  );
  return (
    <Page>
      <PageHead title={t("title")} about={t("about")}>
        <input
          type="search"
          className={styles.find}
          aria-label={t("find")}
          placeholder={t("find")}
          value={find}
          onChange={({ target }) =>
            void navigate({ search: { find: target.value || undefined }, replace: true })
          }
        />
      </PageHead>
      <Trouble error={found.error} onAgain={() => void found.refetch()} />
      {found.isPending && <Loading />}
      {found.isSuccess && !items.length && (
        <Empty title={t(find ? "noneFound" : "none")}>{t("noneHelp")}</Empty>
      )}
      {items.length > 0 && <Listed items={items} />}
    </Page>
  );
}

function Listed({ items }: { items: readonly Zoned[] }) {
  const { t } = useTranslation("zones");
  const measured = useQuery({ ...precisionQuery({ by: "zone" }), enabled: useMay("indicator.view") });
  const groups = measured.data?.groups ?? [];
  return (
    <Panel title={t("cameras", { count: items.length })}>
      <Table label={t("title")} heads={[t("camera"), t("zonesOf"), t("precision"), t("version")]}>
        {items.map((each) => (
          <OneCamera key={`${each.district}/${each.node}/${each.source}`} of={each} groups={groups} />
        ))}
      </Table>
    </Panel>
  );
}

function OneCamera({ of, groups }: { of: Zoned; groups: readonly Group[] }) {
  const { t } = useTranslation("zones");
  const names = useKindNames();
  const { when } = useFormats();
  const { district, node, source } = of;
  const mine = groups.filter(({ key }) => key.node === `gewu://${district}/${node}` && key.source === source);
  const link = { to: "/zones/$district/$node/$source", params: { district, node, source } } as const;
  return (
    <Row>
      <div>
        <Link {...link}>{of.name ?? source}</Link>
        <small className={styles.soft}>{of.place ?? `${node} / ${source}`}</small>
        {of.online === false && <Badge tone="bad">{t("offline")}</Badge>}
      </div>
      <div>
        {of.zones.length === 0 && <span className={styles.soft}>{t("noZones")}</span>}
        <ul className={styles.zones}>
          {of.zones.map((zone) => (
            <li key={zone.id}>
              <Link {...link} search={{ zone: zone.id }}>
                {zone.name ?? zone.id}
              </Link>{" "}
              <span className={styles.soft}>{zone.kinds.map(names).join(", ")}</span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <Precise of={of} groups={mine} />
      </div>
      <div>
        <Badge tone={TONES[of.status] ?? "neutral"}>
          {of.version === null
            ? t("status.file")
            : t("status.of", { version: of.version, status: t(`status.${of.status}`) })}
        </Badge>
        {of.by && of.saved_at && <small className={styles.soft}>{`${of.by}, ${when(of.saved_at)}`}</small>}
      </div>
    </Row>
  );
}

/** Of what people have marked in four weeks, how much was right, zone by zone. */
function Precise({ of, groups }: { of: Zoned; groups: readonly Group[] }) {
  const { t } = useTranslation("zones");
  const { number } = useFormats();
  const marked = groups.filter(({ precision }) => precision !== null);
  if (!marked.length) return <span className={styles.soft}>{t("notMarked")}</span>;
  const name = (id: string | null | undefined) => of.zones.find((zone) => zone.id === id)?.name ?? id ?? "";
  return (
    <ul className={styles.zones}>
      {marked.map((group) => (
        <li key={group.key.zone ?? ""}>
          <Badge tone={(group.precision ?? 1) < 0.7 ? "warn" : "good"}>
            {number(group.precision ?? 0, { style: "percent" })}
          </Badge>{" "}
          <span className={styles.soft}>
            {t("rightOf", {
              zone: name(group.key.zone),
              right: group.right,
              marked: group.right + group.false_alarm,
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}
