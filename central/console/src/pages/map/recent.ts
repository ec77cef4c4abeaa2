// What the stream told lately: an answer that was on its way meanwhile may be older.
import type { Row } from "./rows";

const MOST = 2_000;

export class Recent {
  #rows = new Map<number, Row>();

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#rows.delete(row.number);
      this.#rows.set(row.number, row);
    }
    for (const number of this.#rows.keys()) {
      if (this.#rows.size <= MOST) return;
      this.#rows.delete(number);
    }
  }

  all(): ReadonlyMap<number, Row> {
    return this.#rows;
  }
}

export const recent = new Recent();
