/* The Chinese font that PDFs are set in, copied beside the build: typst reads it from there. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Plugin } from "vite";

const FACES = ["400Regular/NotoSansSC_400Regular.ttf", "600SemiBold/NotoSansSC_600SemiBold.ttf"];

export function pdfFonts(): Plugin {
  return {
    name: "shangji-pdf-fonts",
    apply: "build",
    generateBundle() {
      const require = createRequire(import.meta.url);
      for (const face of FACES) {
        const path = require.resolve(`@expo-google-fonts/noto-sans-sc/${face}`);
        const name = face.slice(face.indexOf("/") + 1);
        this.emitFile({ type: "asset", fileName: `fonts/${name}`, source: readFileSync(path) });
      }
    },
  };
}
