// The key that every change has to show: known since `GET /api/me`.
let key = "";

export const forgeryKey = (): string => key;

export function keepForgeryKey(known: string): void {
  key = known;
}
