/* One SVG sprite from @tabler/icons, of the names in frontend/icons.txt. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));

export const iconNames = (list: string): string[] =>
  list
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");

/** `<symbol>` of one Tabler file: its shapes without size, class and colour. */
export function symbol(name: string, svg: string): string {
  const inner = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
}

export function iconSprite(): Plugin {
  return {
    name: "shangji-icons",
    apply: "build",
    buildStart() {
      const list = join(here, "..", "icons.txt");
      this.addWatchFile(list);
      const outline = dirname(createRequire(import.meta.url).resolve("@tabler/icons/outline/plus.svg"));
      const symbols = iconNames(readFileSync(list, "utf8")).map((entry) => {
        const [name = "", file = name] = entry.split("=").map((part) => part.trim());
        const path = file.startsWith("filled/") ? join(outline, "..", `${file}.svg`) : join(outline, `${file}.svg`);
        return symbol(name, readFileSync(path, "utf8"));
      });
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "frontend/icons.txt",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
    },
  };
}
