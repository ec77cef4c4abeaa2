/** An id that nobody else gives: the same request sent twice does nothing twice. `randomUUID` is there under https alone. */
export const newRequest = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
