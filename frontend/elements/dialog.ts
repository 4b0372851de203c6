/* <sj-dialog>: a native dialog that opens itself and gives the focus back. */
import { define } from "../lib/dom.ts";

export class SjDialog extends HTMLElement {
  private opener: Element | null = null;

  connectedCallback(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || this.hasAttribute("data-rest")) return;
    this.opener = document.activeElement;
    dialog.removeAttribute("open");
    dialog.showModal();
    const wrong = dialog.querySelector<HTMLElement>("[aria-invalid=true], [autofocus]");
    const first = "input:not([type=hidden]), select, textarea, button[name=stage]";
    (wrong ?? dialog.querySelector<HTMLElement>(first))?.focus();
    this.addEventListener("click", this.onClick);
    dialog.addEventListener("close", this.onClose);
    document.body.addEventListener("sj:close", this.close);
  }

  disconnectedCallback(): void {
    document.body.removeEventListener("sj:close", this.close);
  }

  readonly close = (): void => {
    this.querySelector("dialog")?.close();
  };

  private readonly onClick = (event: Event): void => {
    const target = event.target as Element;
    if (target.closest("[data-close]") === null && target !== this.querySelector("dialog")) return;
    if (target.closest("[data-close]")) event.preventDefault();
    else if (!this.outside(event as MouseEvent)) return;
    this.close();
  };

  private outside(event: MouseEvent): boolean {
    const box = this.querySelector("dialog")?.getBoundingClientRect();
    if (!box) return false;
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }

  private readonly onClose = (): void => {
    this.dispatchEvent(new CustomEvent("sj:closed", { bubbles: true }));
    const { opener } = this;
    this.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  };
}
define("sj-dialog", SjDialog);
