// Reasons of a roll-out name nodes, sources and words in their text: they are read from it, by code. Pure.
import type { Reason } from "@/words/reasons";

export interface Parts {
  code: string;
  /** To be filled into the code's own words. */
  values: Readonly<Record<string, string>>;
}

const NODE = /^gewu:\/\/(\S+?)(?::)? /;
/** What a code's text holds, in its order. */
const READ: Readonly<Record<string, readonly [RegExp, ...string[]]>> = {
  made: [/^(\d+) nodes in (\d+) stages/, "nodes", "stages"],
  applied_by: [/^(\d+) of (\d+) nodes/, "nodes", "all"],
  well_stage: [/^stage (\d+) of (\d+)/, "stage", "stages"],
  sent: [/version (\d+)$/, "version"],
  fewer_frames: [/^(\S+) looks/, "source"],
  later: [/^(\S+) is/, "source"],
  more_dropped: [/^(\S+) drops/, "source"],
  source_gone: [/^(\S+) is gone/, "source"],
  source_failed: [/^(\S+) was (\w+) and is (\w+)/, "source", "was", "is"],
  new_trouble: [/: (\S+)$/, "trouble"],
  new_condition: [/: (\S+) (\S+)$/, "source", "condition"],
};

/** The code with its parts; null where the text is not as it is known. */
export function partsOf(reason: Reason): Parts | null {
  const node = NODE.exec(reason.text)?.[1];
  const rest = reason.text.replace(NODE, "");
  const code = variant(reason.code, rest);
  const values: Record<string, string> = node ? { node } : {};
  const [pattern, ...names] = READ[code] ?? [null];
  if (!pattern) return { code, values: { ...values, text: reason.text } };
  const found = pattern.exec(rest);
  if (!found) return null;
  names.forEach((name, at) => (values[name] = found[at + 1] ?? ""));
  return { code, values };
}

/** The same code says it of a node and of a whole stage. */
function variant(code: string, text: string): string {
  if (code === "applied" && READ.applied_by?.[0].test(text)) return "applied_by";
  if (code === "well" && READ.well_stage?.[0].test(text)) return "well_stage";
  return code;
}
