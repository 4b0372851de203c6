/* The theme "like the system" needs no script: the dark values of tokens.css are repeated under
   prefers-color-scheme for an <html> without a chosen theme. */
import postcss from "postcss";
import type { Plugin } from "vite";

export function withAutoDark(source: string): string {
  const root = postcss.parse(source);
  root.walkRules('[data-bs-theme="dark"]', (rule) => {
    const media = postcss.atRule({ name: "media", params: "(prefers-color-scheme: dark)" });
    media.append(rule.clone({ selector: ":root:not([data-bs-theme])" }));
    rule.after(media);
  });
  return root.toString();
}

export function autoTheme(): Plugin {
  return {
    name: "shangji-auto-theme",
    enforce: "pre",
    transform: (code, id) => (id.endsWith("styles/tokens.css") ? { code: withAutoDark(code), map: null } : null),
  };
}
