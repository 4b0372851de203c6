/* Words of the page, from the JSON block the shell writes. */
let table: Record<string, string> | undefined;

export function say(key: string, values: Record<string, string | number> = {}): string {
  if (table === undefined) {
    const block = document.getElementById("sj-words");
    table = block?.textContent ? (JSON.parse(block.textContent) as Record<string, string>) : {};
  }
  const text = table[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function icon(name: string, extra = ""): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${say("sprite")}#${name}`);
  svg.append(use);
  return svg;
}
