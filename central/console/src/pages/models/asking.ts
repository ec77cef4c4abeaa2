import { queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import { forgeryKey } from "@/api/forgery";
import { Problem, unreachable } from "@/api/problem";

export type Model = Schema<"ModelAnswer">;
export type OfNode = Schema<"ModelNode">;
export type Shadow = Schema<"ShadowReport">;

const NEWS_MS = 10_000; // a node tells how it fares every ten seconds
const BUNDLE = "application/vnd.gewu.model+zip";

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: async ({ signal }) => (await given(api.GET("/api/models", { signal }))).items,
});

/** Every node, page by page. */
export const nodesQuery = queryOptions({
  queryKey: ["models", "nodes"],
  queryFn: async ({ signal }) => {
    const found: OfNode[] = [];
    let after: string | null = null;
    do {
      const query: { after?: string } = after === null ? {} : { after };
      const page: Schema<"ModelNodes"> = await given(
        api.GET("/api/models/nodes", { params: { query }, signal }),
      );
      found.push(...page.items);
      after = page.next;
    } while (after !== null);
    return found;
  },
  refetchInterval: NEWS_MS,
});

export const takeAway = ({ name, version }: Pick<Model, "name" | "version">): Promise<unknown> =>
  given(api.DELETE("/api/models/{name}/{version}", { params: { path: { name, version } } }));

/** Hands a bundle in; `onShare` hears how much of it is through. A fetch cannot tell that. */
export function handIn(file: File, onShare: (share: number) => void): Promise<Model> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/models");
    request.setRequestHeader("Content-Type", BUNDLE);
    request.setRequestHeader("X-Gewu-Forgery-Key", forgeryKey());
    request.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      const said = read(request.responseText);
      if (request.status < 300) resolve(said as unknown as Model);
      else reject(new Problem(request.status, said));
    };
    request.send(file);
  });
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
