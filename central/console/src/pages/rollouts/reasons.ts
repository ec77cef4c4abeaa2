// Under which words of the page a roll-out's reason is said, and what goes into them. Pure.
import type { Reason } from "@/words/reasons";

export interface Parts {
  code: string;
  /** To be filled into the code's own words, besides its figures. */
  values: Readonly<Record<string, string>>;
}

/** The same code says it of a node and of a whole stage: by the figure that only the stage has. */
const OF_STAGE: Readonly<Record<string, readonly [figure: string, code: string]>> = {
  applied: ["count", "applied_by"],
  well: ["stage", "well_stage"],
};

export function partsOf({ code, values, words }: Reason): Parts {
  const { node, ...named } = words ?? {};
  const [figure, ofStage] = OF_STAGE[code] ?? [];
  const stage = figure !== undefined && figure in (values ?? {}) ? ofStage : undefined;
  const bare = code.startsWith("by_") && named.why === undefined ? `${code}_bare` : undefined;
  return {
    code: stage ?? bare ?? code,
    values: { ...named, ...(node ? { node: node.replace("gewu://", "") } : {}) },
  };
}
