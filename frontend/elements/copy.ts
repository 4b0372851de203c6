/* <sj-copy>: a field somebody takes away, and a button that puts it on the clipboard. */
import { define, toast } from "../lib/dom.ts";

class SjCopy extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button")?.addEventListener("click", () => void this.copy());
  }

  private async copy(): Promise<void> {
    const field = this.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    if (!field) return;
    field.select();
    // a page without TLS has no `navigator.clipboard`, and those who install for a first look are there
    const copied = isSecureContext
      ? await navigator.clipboard.writeText(field.value).then(() => true, () => false)
      : document.execCommand("copy");
    // where neither may, it stays selected: Ctrl+C takes it
    if (copied) toast({ message: this.dataset["done"] ?? "" });
  }
}
define("sj-copy", SjCopy);
