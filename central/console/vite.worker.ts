// The service worker, one script without imports, at an address that stays. It names the files of each small page, so
// that it changes whenever one of them does.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { build, type Plugin, type Rollup } from "vite";

const MARK = "__GEWU_FILES__";
/** What a page has besides what its scripts load. */
const BESIDES: Record<string, string[]> = {
  "/phone": ["/phone.webmanifest", "/icons/mark.svg", "/icons/icon-192.png"],
  "/report": ["/icons/mark.svg"],
};

/** Of an entry: its scripts with all that they import, now or later, and their styles. */
function filesOf(bundle: Rollup.OutputBundle, entry: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    chunk.viteMetadata?.importedCss.forEach((each) => found.add(each));
    [...chunk.imports, ...chunk.dynamicImports].forEach(visit);
  };
  for (const chunk of Object.values(bundle))
    if (chunk.type === "chunk" && chunk.isEntry && chunk.name === entry) visit(chunk.fileName);
  return [...found].map((name) => `/${name}`).sort();
}

/** Its code by itself: not every browser has service workers that import. */
async function workerOf(src: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    resolve: { alias: { "@": src } },
    build: {
      write: false,
      copyPublicDir: false,
      rollupOptions: { input: `${src}/offline/worker.ts`, output: { format: "iife" } },
    },
  });
  const [script] = (made as Rollup.RollupOutput).output;
  return script.code;
}

export const offlineFiles = (src: string): Plugin => ({
  name: "offline-files",
  apply: "build",
  enforce: "post",
  generateBundle: {
    order: "post",
    async handler(_, bundle) {
      const told = Object.entries(BESIDES).map(([page, besides]) => {
        const entry = page.slice(1);
        const files = [...filesOf(bundle, entry), ...besides];
        const html = bundle[`${entry}.html`];
        const hash = createHash("sha256").update(files.join());
        if (html?.type === "asset") hash.update(html.source);
        for (const each of besides) hash.update(readFileSync(`public${each}`));
        return [page, { files, version: hash.digest("hex").slice(0, 16) }];
      });
      const source = (await workerOf(src)).replaceAll(MARK, JSON.stringify(Object.fromEntries(told)));
      this.emitFile({ type: "asset", fileName: "worker.js", source });
    },
  },
});
