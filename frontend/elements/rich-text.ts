/* <sj-rich-text>: an editor over a <textarea> of HTML. The textarea is what is sent; without script
   it stays. The browser's own editing commands do the work, so undo, input methods and spelling
   are the browser's. */
import { define, make } from "../lib/dom.ts";
import { isAddress, tidy } from "../lib/rich.ts";
import { icon, say } from "../lib/words.ts";

interface Tool {
  word: string;
  icon: string;
  command: string;
  value?: string;
}
const TOOLS: Tool[] = [
  { word: "bold", icon: "bold", command: "bold" },
  { word: "italic", icon: "italic", command: "italic" },
  { word: "heading", icon: "h-2", command: "formatBlock", value: "h2" },
  { word: "bullets", icon: "list", command: "insertUnorderedList" },
  { word: "numbers", icon: "list-numbers", command: "insertOrderedList" },
  { word: "link", icon: "link", command: "createLink" },
  { word: "plain", icon: "clear-formatting", command: "removeFormat" },
];

class SjRichText extends HTMLElement {
  private area!: HTMLTextAreaElement;
  private page!: HTMLDivElement;
  private buttons = new Map<Tool, HTMLButtonElement>();
  private linkTo!: HTMLInputElement;
  private range: Range | null = null;

  connectedCallback(): void {
    const area = this.querySelector("textarea");
    if (area === null || this.querySelector(".rich")) return;
    this.area = area;
    const label = area.id ? document.querySelector<HTMLLabelElement>(`label[for="${CSS.escape(area.id)}"]`) : null;
    const named = area.getAttribute("aria-label") ?? label?.textContent?.trim() ?? "";
    const described = area.getAttribute("aria-describedby");
    this.page = make("div", {
      class: "form-control rich", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-label": named,
      ...(described ? { "aria-describedby": described } : {}),
      ...(area.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    });
    this.page.append(tidy(area.value, document));
    const bar = make("div", { class: "rich-bar", role: "toolbar", "aria-label": named });
    for (const tool of TOOLS) {
      const button = make("button", { type: "button", class: "btn quiet only small", "aria-label": say(tool.word), title: say(tool.word) }, icon(tool.icon, "s14"));
      // the selection stays where it is
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.use(tool));
      this.buttons.set(tool, button);
      bar.append(button);
    }
    this.linkTo = make("input", { class: "form-control small", type: "url", placeholder: "https://", "aria-label": say("linkTo"), title: say("linkTo"), hidden: true });
    this.linkTo.addEventListener("keydown", (event) => this.linkKey(event));
    this.linkTo.addEventListener("blur", () => this.link());
    bar.append(this.linkTo);
    area.hidden = true;
    area.after(bar, this.page);
    label?.addEventListener("click", () => this.page.focus());
    this.page.addEventListener("focus", () => {
      document.execCommand("defaultParagraphSeparator", false, "p");
      document.execCommand("styleWithCSS", false, "false");
    });
    this.page.addEventListener("input", () => this.write());
    this.page.addEventListener("keyup", () => this.mark());
    this.page.addEventListener("pointerup", () => this.mark());
    this.page.addEventListener("paste", (event) => this.paste(event));
    this.page.addEventListener("drop", (event) => event.preventDefault());
  }

  private use(tool: Tool): void {
    this.page.focus();
    if (tool.command === "createLink") {
      this.ask();
      return;
    }
    const on = tool.command === "formatBlock" && document.queryCommandValue("formatBlock") === tool.value;
    document.execCommand(tool.command, false, on ? "p" : tool.value);
    if (tool.command === "removeFormat") document.execCommand("formatBlock", false, "p");
    this.write();
    this.mark();
  }

  /** The address of a link is asked for beside the buttons, over the text that was chosen. */
  private ask(): void {
    const selection = document.getSelection();
    if (selection === null || selection.rangeCount === 0) return;
    this.range = selection.getRangeAt(0).cloneRange();
    const at = selection.anchorNode?.parentElement?.closest("a");
    this.linkTo.value = at?.getAttribute("href") ?? "";
    this.linkTo.hidden = false;
    this.linkTo.focus();
  }

  private linkKey(event: KeyboardEvent): void {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.range = null;
    this.linkTo.hidden = true;
    this.link();
  }

  private link(): void {
    this.linkTo.hidden = true;
    const range = this.range;
    this.range = null;
    this.page.focus();
    if (range === null) return;
    const selection = document.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    const text = this.linkTo.value.trim();
    const to = text === "" || isAddress(text) ? text : text.includes("@") ? `mailto:${text}` : `https://${text}`;
    if (to === "") document.execCommand("unlink");
    else if (range.collapsed) {
      const link = make("a", { href: to }, text);
      document.execCommand("insertHTML", false, link.outerHTML);
    } else document.execCommand("createLink", false, to);
    this.write();
  }

  private paste(event: ClipboardEvent): void {
    const html = event.clipboardData?.getData("text/html") ?? "";
    event.preventDefault();
    if (html === "") {
      document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
    } else {
      const box = make("div");
      box.append(tidy(html, document));
      document.execCommand("insertHTML", false, box.innerHTML);
    }
    this.write();
  }

  private write(): void {
    const empty = (this.page.textContent ?? "").trim() === "";
    this.area.value = empty ? "" : this.page.innerHTML;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private mark(): void {
    for (const [tool, button] of this.buttons) {
      const on = tool.command === "formatBlock" ? document.queryCommandValue("formatBlock") === tool.value : ["bold", "italic", "insertUnorderedList", "insertOrderedList"].includes(tool.command) && document.queryCommandState(tool.command);
      button.toggleAttribute("data-on", on);
      button.setAttribute("aria-pressed", String(on));
    }
  }
}
define("sj-rich-text", SjRichText);
