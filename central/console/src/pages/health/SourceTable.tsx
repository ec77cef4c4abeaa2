import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { plainNode } from "@/sources/place";
import { Columns, type Column } from "./Columns";
import { diskTone, FARES_TONES, heat, lateness, queueTone } from "./figures";
import { useFigures, useSourceWords } from "./useTold";
import { keyOfSource, type NodeFares, type SourceFares } from "./worst";

interface Props {
  sources: readonly SourceFares[];
  nodes: ReadonlyMap<string, NodeFares>;
  current: number;
}

/** Every source in a line, with the figures of its node. */
export function SourceTable({ sources, nodes, current }: Props) {
  const { t } = useTranslation("health");
  const columns = useColumns(nodes);
  return (
    <Columns label={t("sources")} columns={columns} items={sources} keyOf={keyOfSource} current={current} />
  );
}

function useColumns(nodes: Props["nodes"]): Column<SourceFares>[] {
  const { t } = useTranslation("health");
  const words = useSourceWords();
  const own = useFigures();
  const node = (of: SourceFares) => nodes.get(of.node);
  const less = { less: true } as const;
  const figure = { figure: true } as const;
  return [
    { head: "source", says: (of) => <Name of={of} /> },
    { head: "state", says: (of) => <State of={of} node={node(of)} /> },
    { head: "fps", ...figure, says: (of) => own.fps(of.report?.fps) },
    {
      head: "delay",
      ...figure,
      says: (of) => own.seconds(of.report?.delay_s),
      tone: (of) => lateness(of.report),
    },
    { head: "dropped", ...figure, ...less, says: (of) => own.dropped(of.report) },
    {
      head: "version",
      ...figure,
      ...less,
      says: (of) => (of.version === null ? t("file") : `v${of.version}`),
    },
    {
      head: "view",
      ...less,
      says: (of) => words.trust(trust(of) ?? "–"),
      tone: (of) => (["low", "none"].includes(trust(of) ?? "") ? "warn" : "neutral"),
    },
    {
      head: "queue",
      ...figure,
      ...less,
      says: (of) => own.count(node(of)?.pending),
      tone: told(node, queueTone),
    },
    {
      head: "disk",
      ...figure,
      ...less,
      says: (of) => own.size(node(of)?.disk_free_mb),
      tone: told(node, diskTone),
    },
    {
      head: "temperature",
      ...figure,
      ...less,
      says: (of) => own.celsius(node(of)?.temperature_c),
      tone: told(node, heat),
    },
    {
      head: "software",
      ...figure,
      ...less,
      says: (of) => node(of)?.software ?? "–",
      title: (of) => node(of)?.software ?? undefined,
    },
  ];
}

const trust = (of: SourceFares) => of.report?.trust?.state;

/** What a figure of a source's node means. */
const told =
  (node: (of: SourceFares) => NodeFares | undefined, tone: (of: NodeFares) => ReturnType<typeof heat>) =>
  (of: SourceFares) => {
    const found = node(of);
    return found ? tone(found) : "neutral";
  };

function Name({ of }: { of: SourceFares }) {
  const words = useSourceWords();
  const key = keyOfSource(of);
  return (
    <>
      <Link
        from="/health"
        to="/health"
        search={(known) => ({ ...known, at: key })}
        replace
        title={words.name(of)}
      >
        {words.name(of)}
      </Link>
      <small title={key}>{of.place ?? plainNode(of.node)}</small>
    </>
  );
}

function State({ of, node }: { of: SourceFares; node: NodeFares | undefined }) {
  const words = useSourceWords();
  return <Badge tone={FARES_TONES[of.fares]}>{words.matter(of, node?.online)}</Badge>;
}
