// Eigenvalues of a small symmetric matrix. Pure. Source: G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th
// ed., 8.5: the cyclic Jacobi method, exact to the last digits for what is as small as nine by nine.

export type Matrix = readonly (readonly number[])[];

export interface Eigen {
  /** The largest first. */
  values: number[];
  /** One for each value, of length 1. */
  vectors: number[][];
}

const cell = (matrix: Matrix, row: number, column: number): number => matrix[row]?.[column] ?? 0;
const SWEEPS = 64;

function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const apq = cell(a, p, q);
  if (apq === 0) return;
  const theta = (cell(a, q, q) - cell(a, p, p)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: number[]) => {
    const [x, y] = [row[p] ?? 0, row[q] ?? 0];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  a.forEach(turn); // columns, then rows
  const [one, other] = [a[p] ?? [], a[q] ?? []];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [one[k] ?? 0, other[k] ?? 0];
    one[k] = c * x - s * y;
    other[k] = s * x + c * y;
  }
  v.forEach(turn);
}

export function eigen(symmetric: Matrix): Eigen {
  const count = symmetric.length;
  const a = symmetric.map((row) => [...row]);
  const v = a.map((_, at) => a.map((__, other) => (at === other ? 1 : 0)));
  const size = Math.max(...a.flat().map(Math.abs));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < count; p++)
      for (let q = p + 1; q < count; q++) {
        off = Math.max(off, Math.abs(cell(a, p, q)));
        rotate(a, v, p, q);
      }
    if (off <= size * 1e-30) break;
  }
  const order = a.map((_, at) => at).sort((one, other) => cell(a, other, other) - cell(a, one, one));
  return {
    values: order.map((at) => cell(a, at, at)),
    vectors: order.map((at) => v.map((row) => row[at] ?? 0)),
  };
}

/** The inverse of what is more than `least` of the largest; the rest counts as nothing. */
export function pseudoInverse(symmetric: Matrix, least: number): number[][] {
  const { values, vectors } = eigen(symmetric);
  const limit = least * Math.abs(values[0] ?? 0);
  return symmetric.map((_, i) =>
    symmetric.map((__, j) =>
      values.reduce((sum, value, k) => {
        if (Math.abs(value) <= limit) return sum;
        return sum + (cell(vectors, k, i) * cell(vectors, k, j)) / value;
      }, 0),
    ),
  );
}
