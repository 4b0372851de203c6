/* Tabler, cut to what Shangji uses: its reset, form controls and a few utilities.
   What stays is a list, not a scan of the templates, so a page written tomorrow finds the same
   rules. It is put in a cascade layer: everything of ours wins without a fight of selectors. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import postcss, { type AtRule, type Container, type Rule } from "postcss";
import type { Plugin } from "vite";

const ID = "virtual:tabler.css";

const KEEP = [
  /^form-(control|select|check|check-input|check-label|switch|range)$/,
  /^form-(control|select)-(sm|plaintext)$/,
  /^is-invalid$/,
  /^visually-hidden(-focusable)?$/,
  /^d-(none|block|flex|grid|inline|inline-flex|inline-block)$/,
  /^(align-items|justify-content)-(start|center|end|between|baseline)$/,
  /^flex-(wrap|column|fill|grow-1|shrink-0|nowrap)$/,
  /^gap-[0-4]$/,
  /^[mp][tbesxy]?-[0-4]$/,
  /^m[esx]?-auto$/,
  /^w-100$/,
  /^text-(start|center|end|nowrap|break)$/,
  /^overflow-(auto|hidden)$/,
];

const kept = (name: string): boolean => KEEP.some((pattern) => pattern.test(name));

/** True when every class a selector names is on the list and it asks for no Tabler theme. */
export function keepSelector(selector: string): boolean {
  if (/\[data-bs-theme|\[dir|::placeholder-shown|was-validated|:root\s/.test(selector)) return false;
  const names = [...selector.matchAll(/\.(-?[_a-zA-Z][\w-]*(?:\\.[\w-]*)*)/g)].map((hit) => hit[1] ?? "");
  return names.every(kept);
}

/** Tabler's style sheet without the rules and custom properties nobody asks for. */
export function trim(source: string): string {
  const root = postcss.parse(source);
  root.walkComments((comment) => void comment.remove());
  root.walkRules((rule: Rule) => {
    const parent = rule.parent as AtRule | undefined;
    if (parent?.type === "atrule" && parent.name === "keyframes") return;
    rule.selectors = rule.selectors.filter(keepSelector);
    if (rule.selectors.length === 0 || rule.selector === "") rule.remove();
  });
  root.walkAtRules(/keyframes|font-face|charset|print/, (at) => void at.remove());
  root.walkAtRules("media", (at) => {
    if (/print/.test(at.params)) at.remove();
  });
  for (let round = 0; round < 12; round += 1) {
    const used = new Set<string>();
    root.walkDecls((decl) => {
      for (const hit of decl.value.matchAll(/var\(\s*(--[\w-]+)/g)) used.add(hit[1] ?? "");
    });
    let removed = 0;
    root.walkDecls(/^--/, (decl) => {
      if (used.has(decl.prop)) return;
      decl.remove();
      removed += 1;
    });
    if (removed === 0) break;
  }
  const prune = (node: Container): void => {
    node.each((child) => {
      if (!("nodes" in child) || child.nodes === undefined) return;
      prune(child as Container);
      if (child.nodes.length === 0) child.remove();
    });
  };
  prune(root);
  return `@layer tabler {\n${root.toString()}\n}\n`;
}

export function trimmedTabler(): Plugin {
  return {
    name: "shangji-tabler",
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const path = createRequire(import.meta.url).resolve("@tabler/core/dist/css/tabler.css");
      return trim(readFileSync(path, "utf8"));
    },
  };
}
