/** An answer that is an error, as a problem document (RFC 9457) tells it. */
export interface ProblemDocument {
  title: string;
  status: number;
  detail?: string;
  where?: string;
  allowed?: string;
}

/** Thrown for every answer that is no success. `status` 0: there was no answer. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly where: string | null;
  readonly allowed: string | null;
  /** All of the document; some carry more than the standard fields. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(words(body.detail) ?? words(body.title) ?? String(status));
    this.status = status;
    this.where = words(body.where);
    this.allowed = words(body.allowed);
    this.body = body;
  }
}

const words = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** What an answer that is no success says; a body that is no JSON says nothing. */
export async function problemOf(answer: Response): Promise<Problem> {
  const said: unknown = await answer.json().catch(() => null);
  const body = typeof said === "object" && said !== null ? (said as Record<string, unknown>) : {};
  return new Problem(answer.status, { title: answer.statusText, ...body });
}

/** The centre could not be reached at all. */
export const unreachable = (): Problem => new Problem(0, {});

export const statusOf = (error: unknown): number | null => (error instanceof Problem ? error.status : null);
