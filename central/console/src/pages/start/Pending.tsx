import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { Said } from "@/parts/Said";
import { configurationQuery, type Version } from "./asking";
import { shortName, type Node } from "./progress";
import styles from "./Start.module.css";

/** What was saved for a node and what it does not tell of yet: it comes, or the node says why not. */
export function Pending({ node }: { node: Node }) {
  const { t } = useTranslation("start");
  const name = shortName(node.node);
  const known = useQuery({ ...configurationQuery(name), retry: false });
  const runs = new Set(node.sources.map(({ id }) => id));
  const waiting = (known.data ? pendingOf(known.data) : []).filter(({ source }) => !runs.has(source));
  return waiting.map(({ source, version }) =>
    version.status === "refused" || version.status === "rolled_back" ? (
      <div key={source} className={styles.warn} role="alert">
        <p>{t("camera.refused", { source })}</p>
        {version.reasons.map((reason, at) => (
          <p key={at}>
            <Said reason={reason} />
          </p>
        ))}
      </div>
    ) : (
      <p key={source} className={styles.wait} role="status" data-pending={source}>
        {t(version.status === "applied" ? "camera.begins" : "camera.sent", { source })}
      </p>
    ),
  );
}

interface Waiting {
  source: string;
  version: Version;
}

type Answer = Schema<"ConfigurationAnswer">;

/** Sources that are wanted of the node, each with the newest version that says something of it. */
function pendingOf({ body, versions }: Answer): Waiting[] {
  const sources = Array.isArray(body.sources) ? (body.sources as Record<string, unknown>[]) : [];
  return sources.flatMap(({ id, kind }) => {
    const version = versions.find(({ parts }) => parts.some(({ part }) => part === `sources/${String(id)}`));
    return kind && version ? [{ source: String(id), version }] : [];
  });
}
