// Which camera: district, node and source, as the address of its page has them.
export interface Place {
  readonly district: string;
  readonly node: string;
  readonly source: string;
}

/** DISTRICT/NODE, as asks name a node. */
export const nodeOf = ({ district, node }: Place): string => `${district}/${node}`;
/** As events and the list of sources name it. */
export const sourceOf = (place: Place): string => `gewu://${nodeOf(place)}`;
export const nameOf = (place: Place): string => `${nodeOf(place)}/${place.source}`;

/** Reads `gewu://DISTRICT/NODE` or `DISTRICT/NODE`; null where it is neither. */
export function placeOf(node: string, source: string): Place | null {
  const [district, name, ...rest] = node.replace(/^gewu:\/\//, "").split("/");
  return district && name && !rest.length ? { district, node: name, source } : null;
}
