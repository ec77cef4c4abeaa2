// Which source of which node, as paths of the API and addresses of pages have them. Pure.
export interface Place {
  readonly district: string;
  readonly node: string;
  readonly source: string;
}

/** DISTRICT/NODE, as people and asks name a node. */
export const plainNode = (node: string): string => node.replace(/^gewu:\/\//, "");

/** The place of a source; null where the node's name is none. */
export function placeOf(node: string, source: string): Place | null {
  const [district, name, ...rest] = plainNode(node).split("/");
  return district && name && !rest.length ? { district, node: name, source } : null;
}

export const nodeOf = ({ district, node }: Place): string => `${district}/${node}`;

/** DISTRICT/NODE/SOURCE. */
export const keyOf = (node: string, source: string): string => `${plainNode(node)}/${source}`;

/** The newest masked picture of a source; `sha256` makes it another address when another one comes. */
export const stillUrl = ({ district, node, source }: Place, sha256: string): string =>
  `/api/sources/${district}/${node}/${encodeURIComponent(source)}/still?of=${sha256.slice(0, 16)}`;
