import { defineConfig } from "vite";

// https://vite.dev/config/
export default defineConfig({
  root: import.meta.dirname,
  // The server puts each answer's own nonce in its place: server/pageFiles.ts.
  html: { cspNonce: "{{nonce}}" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // A picture in the address of a script or style would need a rule of its own.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
  },
});
