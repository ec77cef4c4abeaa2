// How many nodes have a change after each stage, as the centre counts it. Pure.

const STAGE = /^([1-9][0-9]{0,4})(%?)$/;
export const MOST = 10;
export const USUAL = "1, 10%, 100%";

export const wordsOf = (said: string): string[] =>
  said
    .split(/[\s,，、]+/)
    .map((word) => word.replace("％", "%"))
    .filter(Boolean);

/** The words that are no stage. */
export const strange = (said: string): string[] =>
  wordsOf(said).filter((word) => {
    const found = STAGE.exec(word);
    return !found || (found[2] === "%" && Number(found[1]) > 100);
  });

/** Numbers after each stage, growing, all nodes after the last; nothing where a word is no stage. */
export function sizes(said: string, nodes: number): number[] {
  const words = wordsOf(said);
  if (!words.length || words.length > MOST || strange(said).length || nodes < 1) return [];
  const found: number[] = [];
  for (const word of words) {
    const [, number, share] = STAGE.exec(word) ?? [];
    const size = Math.min(nodes, share ? Math.ceil((nodes * Number(number)) / 100) : Number(number));
    if (size > (found.at(-1) ?? 0)) found.push(size);
  }
  return found.at(-1) === nodes ? found : [...found, nodes];
}

/** The stage of the node at a place, both counted from 0. */
export const stageAt = (place: number, upto: readonly number[]): number =>
  upto.findIndex((size) => place < size);
