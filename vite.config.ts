/// <reference types="vitest/config" />
import { defineConfig } from "vite";

import { autoTheme } from "./frontend/build/auto-theme.ts";
import { pdfFonts } from "./frontend/build/fonts.ts";
import { iconSprite } from "./frontend/build/icons.ts";
import { trimmedTabler } from "./frontend/build/tabler.ts";

/* The build writes hashed files and manifest.json, which `{% asset %}` and `{% icon %}` read. */
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [trimmedTabler(), autoTheme(), iconSprite(), pdfFonts()],
  build: {
    outDir: "shangji/ui/static/ui/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: { main: "frontend/main.ts" } },
  },
  test: { environment: "happy-dom", include: ["frontend/**/*.test.ts"] },
});
