/** Records side by side: one button takes every value from one of them. */
import { define } from "../lib/dom.ts";

class SjMerge extends HTMLElement {
  connectedCallback(): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("[data-take]")) button.hidden = false;
    this.addEventListener("click", this.onClick);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.onClick);
  }

  private readonly onClick = (event: MouseEvent): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-take]");
    if (button === null) return;
    const picks = this.querySelectorAll<HTMLInputElement>('input[name^="take-"]');
    for (const pick of picks) if (pick.value === button.dataset["take"]) pick.checked = true;
  };
}
define("sj-merge", SjMerge);
