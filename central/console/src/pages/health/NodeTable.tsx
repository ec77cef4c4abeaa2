import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { plainNode } from "@/sources/place";
import { useFormats } from "@/words/useFormats";
import { Columns, type Column } from "./Columns";
import { certificateTone, clockTone, daysLeft, diskTone, heat, queueTone } from "./figures";
import { NodeState } from "./NodeState";
import { useFigures } from "./useTold";
import { nodeBadness, type NodeFares, type SourceFares } from "./worst";

interface Props {
  sources: readonly SourceFares[];
  nodes: ReadonlyMap<string, NodeFares>;
  current: string | null;
  now: number;
}

/** Every node in a line, the worst first. */
export function NodeTable({ sources, nodes, current, now }: Props) {
  const { t } = useTranslation("health");
  const all = useMemo(
    () =>
      [...nodes.values()].sort(
        (one, other) => nodeBadness(other) - nodeBadness(one) || (one.node < other.node ? -1 : 1),
      ),
    [nodes],
  );
  const counts = useMemo(() => counted(sources), [sources]);
  const at = all.findIndex(({ node }) => plainNode(node) === current);
  const columns = useColumns(counts, now);
  return (
    <Columns
      label={t("nodes")}
      columns={columns}
      items={all}
      keyOf={({ node }) => plainNode(node)}
      current={at}
      nodes
    />
  );
}

interface Counts {
  all: number;
  unwell: number;
}

function counted(sources: readonly SourceFares[]): Map<string, Counts> {
  const found = new Map<string, Counts>();
  for (const { node, fares } of sources) {
    const counts = found.get(node) ?? { all: 0, unwell: 0 };
    found.set(node, { all: counts.all + 1, unwell: counts.unwell + (fares === "unwell" ? 1 : 0) });
  }
  return found;
}

function useColumns(counts: Map<string, Counts>, now: number): Column<NodeFares>[] {
  const { t } = useTranslation("health");
  const { number } = useFormats();
  const own = useFigures();
  const less = { less: true } as const;
  const figure = { figure: true } as const;
  const sources = ({ node }: NodeFares) => {
    const { all, unwell } = counts.get(node) ?? { all: 0, unwell: 0 };
    return unwell ? t("unwellOf", { unwell: number(unwell), all: number(all) }) : number(all);
  };
  const certificate = (of: NodeFares) => {
    const days = daysLeft(of, now);
    return days === null ? "–" : t("days", { count: Math.floor(days) });
  };
  return [
    { head: "node", says: (of) => <Name of={of} /> },
    { head: "state", says: (of) => <NodeState of={of} /> },
    {
      head: "sources",
      ...figure,
      says: sources,
      tone: ({ node }) => (counts.get(node)?.unwell ? "bad" : "neutral"),
    },
    {
      head: "software",
      ...less,
      says: (of) => of.software ?? "–",
      title: (of) => of.software ?? undefined,
    },
    {
      head: "model",
      ...less,
      says: (of) => of.model ?? "–",
      title: (of) => of.models.map(({ name }) => name).join(", "),
    },
    { head: "queue", ...figure, says: (of) => own.count(of.pending), tone: queueTone },
    { head: "disk", ...figure, ...less, says: (of) => own.size(of.disk_free_mb), tone: diskTone },
    { head: "temperature", ...figure, ...less, says: (of) => own.celsius(of.temperature_c), tone: heat },
    { head: "memory", ...figure, ...less, says: (of) => own.size(of.memory_mb) },
    {
      head: "clock",
      ...less,
      says: (of) => (of.clock ? t(`clocks.${of.clock.quality}`) : "–"),
      tone: clockTone,
    },
    { head: "certificate", ...less, says: certificate, tone: (of) => certificateTone(of, now) },
    {
      head: "version",
      ...less,
      says: (of) => (of.configuration ? `v${of.configuration.version}` : t("file")),
    },
  ];
}

function Name({ of }: { of: NodeFares }) {
  const name = plainNode(of.node);
  return (
    <Link from="/health" to="/health" search={(known) => ({ ...known, at: name })} replace>
      {name}
    </Link>
  );
}
