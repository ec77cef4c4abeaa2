import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CENTRE = process.env.GEWU_CENTRE ?? "http://127.0.0.1:8080";

// What is built runs under `default-src 'self'`: no script, style or worker may be inline.
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": at("src") } },
  build: {
    outDir: "built",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1200, // MapLibre, which only the map's route loads
    rollupOptions: { input: { index: at("index.html"), phone: at("phone.html") } },
  },
  server: { proxy: { "/api": CENTRE, "/console": CENTRE } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
