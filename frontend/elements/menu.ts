/* <sj-menu>: a <details> that behaves: arrows, Esc, outside click, kept inside the window. */
import { define } from "../lib/dom.ts";

class SjMenu extends HTMLElement {
  private get details(): HTMLDetailsElement | null {
    return this.querySelector(":scope > details");
  }

  connectedCallback(): void {
    this.details?.addEventListener("toggle", this.onToggle);
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("htmx:afterSettle", () => {
      if (!this.details?.open) return;
      this.place();
      this.querySelector<HTMLElement>(".menu-pop :is(select, input:not([type=hidden]))")?.focus();
    });
    if (this.details?.open) this.onToggle();
  }

  disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this.onOutside, true);
  }

  private items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".menu-pop :is(a, button, input, select, textarea)")].filter(
      (item) => item.offsetParent !== null && !item.hasAttribute("disabled"),
    );
  }

  private readonly onToggle = (): void => {
    const open = this.details?.open ?? false;
    document[open ? "addEventListener" : "removeEventListener"]("pointerdown", this.onOutside, true);
    window[open ? "addEventListener" : "removeEventListener"]("scroll", this.onScroll, true);
    if (open) this.place();
  };

  private place(): void {
    const pop = this.querySelector<HTMLElement>(".menu-pop");
    const head = this.details?.querySelector("summary");
    if (!pop || !head) return;
    const box = head.getBoundingClientRect();
    pop.style.position = "fixed";
    pop.style.inset = "auto";
    const { width, height } = pop.getBoundingClientRect();
    const end = this.details?.classList.contains("end") ?? false;
    const left = end ? box.right - width : box.left;
    const below = box.bottom + 4 + height <= window.innerHeight || box.top < height;
    pop.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    pop.style.top = `${below && !this.details?.classList.contains("up") ? box.bottom + 4 : Math.max(8, box.top - height - 4)}px`;
  }

  private readonly onScroll = (event: Event): void => {
    if (!(event.target instanceof Node) || !this.contains(event.target)) this.close(false);
  };

  private readonly onOutside = (event: Event): void => {
    if (!this.contains(event.target as Node)) this.close(false);
  };

  close(focus: boolean): void {
    if (!this.details?.open) return;
    this.details.open = false;
    if (focus) this.details.querySelector("summary")?.focus();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.details?.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close(true);
      return;
    }
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const field = event.target instanceof HTMLElement && event.target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");
    if (by === 0 || field) return;
    if (!this.details?.open) {
      if (by > 0 && this.details) this.details.open = true;
      else return;
    }
    event.preventDefault();
    requestAnimationFrame(() => {
      const items = this.items();
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + by + items.length) % items.length]?.focus();
    });
  };
}
define("sj-menu", SjMenu);
