import react from "@vitejs/plugin-react";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { offlineFiles } from "./vite.worker";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CENTRE = process.env.GEWU_CENTRE ?? "http://127.0.0.1:8080";

/** Beside each large file a packed one, which the centre gives to browsers that take it. */
const packed = (): Plugin => ({
  name: "packed",
  apply: "build",
  writeBundle({ dir = "built" }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|mjs|css|svg)$/.test(each))) {
      const plain = readFileSync(`${dir}/${name}`);
      if (plain.length > 1_000) writeFileSync(`${dir}/${name}.gz`, gzipSync(plain, { level: 9 }));
    }
  },
});

// What is built runs under `default-src 'self'`: no script, style or worker may be inline.
export default defineConfig({
  plugins: [react(), offlineFiles(at("src")), packed()],
  resolve: { alias: { "@": at("src") } },
  build: {
    outDir: "built",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1200, // MapLibre, which only the map's route loads
    rollupOptions: {
      input: {
        index: at("index.html"),
        phone: at("phone.html"),
        report: at("report.html"),
      },
      // A browser asks for six files at a time: what is smallest lies with what uses it.
      output: { entryFileNames: "assets/[name]-[hash].js", experimentalMinChunkSize: 1_200 },
    },
  },
  server: { proxy: { "/api": CENTRE, "/console": CENTRE } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
