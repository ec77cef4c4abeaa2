import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Ago } from "@/parts/Ago";
import buttons from "@/parts/Button.module.css";
import { Dialog } from "@/parts/Dialog";
import { Facts } from "@/parts/Facts";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { useCodes } from "@/words/useWords";
import { ActButton } from "./ActButton";
import type { FleetNode, Group } from "./asking";
import styles from "./Fleet.module.css";
import { State } from "./NodeRow";
import { useFleetWords } from "./useFleetWords";

interface Props {
  of: FleetNode;
  groups: readonly Group[];
  now: number;
  onClose: () => void;
}

/** All that a node tells of itself. */
export function NodeDialog({ of, groups, now, onClose }: Props) {
  const { t } = useTranslation("fleet");
  const manages = useMay("node.manage");
  const name = plainNode(of.node);
  return (
    <Dialog title={name} size="large" onClose={onClose}>
      <div className={styles.parts}>
        <div className={styles.line}>
          <State of={of} />
          <Link to="/health" search={{ at: name }} className={buttons.button}>
            {t("health")}
          </Link>
          {manages && <ActButton nodes={[name]} groups={[]} />}
        </div>
        <Troubles of={of} />
        <Running of={of} groups={groups} now={now} />
        <Hardware of={of} />
        <Software of={of} />
      </div>
    </Dialog>
  );
}

function Troubles({ of }: { of: FleetNode }) {
  const codes = useCodes("health");
  if (!of.troubles.length) return null;
  return (
    <ul>
      {of.troubles.map((each, at) => (
        <li key={at}>
          <strong>{codes("troubles", each.code)}</strong> <span className={styles.soft}>{each.text}</span>
        </li>
      ))}
    </ul>
  );
}

function Running({ of, groups, now }: { of: FleetNode; groups: readonly Group[]; now: number }) {
  const { t } = useTranslation("fleet");
  const { number, exact } = useFormats();
  const words = useFleetWords();
  const status = useCodes("health");
  const version = of.configuration;
  const inside = groups.filter(({ id }) => of.groups.includes(id)).map(({ name }) => name);
  return (
    <section>
      <h3>{t("running")}</h3>
      <Facts
        facts={[
          [t("heard"), of.heard && <Ago at={of.heard} now={now} />],
          [t("began"), of.began && <Ago at={of.began} now={now} />],
          [t("before"), of.before && words.ending(of.before)],
          [t("supervised"), of.supervised === null ? null : t(of.supervised ? "yes" : "no")],
          [t("version"), version && `v${version.version} · ${status("status", version.status)}`],
          [t("sources"), number(of.sources)],
          [t("pending"), of.pending === null ? null : number(of.pending)],
          [t("certificate"), of.certificate_until && exact(of.certificate_until)],
          [t("facets.labels"), of.labels.join(", ")],
          [t("groups"), inside.join(", ")],
        ]}
      />
    </section>
  );
}

function Hardware({ of }: { of: FleetNode }) {
  const { t } = useTranslation("fleet");
  const { number } = useFormats();
  const machine = of.machine;
  const mb = (value: number | null | undefined) =>
    value == null ? null : `${number(value, { maximumFractionDigits: 0 })} MB`;
  if (!machine) return <p className={styles.soft}>{t("tellsLess")}</p>;
  return (
    <section>
      <h3>{t("machine")}</h3>
      <Facts
        facts={[
          [t("facets.board"), machine.board],
          [t("processor"), machine.processor],
          [t("facets.architecture"), machine.architecture],
          [t("coresOf"), number(machine.cores)],
          [t("memory"), mb(machine.memory_mb)],
          [t("used"), mb(of.memory_mb)],
          [t("diskOf"), mb(machine.disk_mb)],
          [t("disk"), mb(of.disk_free_mb)],
          [t("temperature"), of.temperature_c === null ? null : `${number(of.temperature_c)} °C`],
        ]}
      />
    </section>
  );
}

function Software({ of }: { of: FleetNode }) {
  const { t } = useTranslation("fleet");
  const codes = useCodes("health");
  const found = of.runs_on;
  const packages = Object.entries(found?.packages ?? {});
  return (
    <section>
      <h3>{t("software")}</h3>
      <Facts
        facts={[
          ["Gewu", of.software],
          ...of.models.map(
            (each) =>
              [
                each.role ? codes("roles", each.role) : t("model"),
                <span key={each.name} title={each.sha256}>
                  {[each.name, each.version].filter(Boolean).join(" ")} <code>{each.sha256.slice(0, 8)}</code>
                </span>,
              ] as const,
          ),
          [t("facets.providers"), found?.providers.join(", ")],
          [t("facets.os"), found?.os],
          [t("kernel"), found?.kernel],
          ["Python", found?.python],
          ...packages.filter(([name]) => name !== "gewu"),
        ]}
      />
    </section>
  );
}
