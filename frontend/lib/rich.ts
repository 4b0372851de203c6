/* What of pasted HTML an editor takes: the elements that the server keeps, without attributes but
   the address of a link. The server cleans again; this keeps the page as it will be. */
const KEPT = new Set(["P", "BR", "STRONG", "B", "EM", "I", "U", "S", "A", "UL", "OL", "LI", "BLOCKQUOTE", "CODE", "PRE", "H2", "H3"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "SVG", "MATH", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "EMBED", "TITLE", "HEAD", "META", "LINK", "TEXTAREA", "SELECT", "AUDIO", "VIDEO", "CANVAS", "IMG"]);
const RENAMED: Record<string, string> = { H1: "h2", H4: "h3", H5: "h3", H6: "h3", DIV: "p", SECTION: "p", ARTICLE: "p", TR: "p" };
const ADDRESS = /^\s*(https?|mailto|tel):/i;
const BLOCKS = "p, ul, ol, li, blockquote, pre, h2, h3";

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** Pasted HTML as plain nodes of `page`, safe to put into it. */
export function tidy(html: string, page: Document): DocumentFragment {
  // a document of its own runs nothing and loads nothing
  // its styles and handlers would still be reported against the page's policy: renamed before
  const quiet = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\s(style|on\w+)\s*=/gi, " data-$1=");
  const source = new DOMParser().parseFromString(quiet, "text/html");
  const out = page.createDocumentFragment();
  copy(source.body, out, page);
  return out;
}

function copy(from: Node, to: Node, page: Document): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      // Word and web pages break lines in their source
      const text = (child.textContent ?? "").replace(/[\t\r\n ]+/g, " ");
      if (text.trim() !== "" || (text !== "" && to.hasChildNodes())) to.appendChild(page.createTextNode(text));
    } else if (child instanceof Element || child.nodeType === Node.ELEMENT_NODE) element(child as Element, to, page);
  }
}

function element(one: Element, to: Node, page: Document): void {
  const tag = one.tagName.toUpperCase();
  if (DROPPED.has(tag)) return;
  const inner = RENAMED[tag] === "p" && one.querySelector(BLOCKS) !== null;
  const name = KEPT.has(tag) ? tag.toLowerCase() : inner ? "" : (RENAMED[tag] ?? emphasis(one));
  if (name === "") {
    copy(one, to, page);
    return;
  }
  const made = page.createElement(name);
  const href = name === "a" ? (one.getAttribute("href") ?? "") : "";
  if (isAddress(href)) made.setAttribute("href", href);
  copy(one, made, page);
  if (made.hasChildNodes() || name === "br") to.appendChild(made);
}

/** Word and Google write emphasis as a style. */
function emphasis(one: Element): string {
  const style = one.getAttribute("data-style") ?? "";
  if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) return "strong";
  return /font-style:\s*italic/i.test(style) ? "em" : "";
}
