/* <sj-progress>: asks for a job's fragment until it no longer says data-running. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { announce, define } from "../lib/dom.ts";
import { send, settle } from "../lib/request.ts";

class SjProgress extends HTMLElement {
  private timer = 0;
  private wait = 0;

  connectedCallback(): void {
    this.wait = Number(this.dataset["every"] ?? 1000);
    if (this.hasAttribute("data-running")) this.arm();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }

  private arm(): void {
    this.timer = window.setTimeout(() => void this.ask(), this.wait);
    this.wait = Math.min(5000, this.wait * 1.25);
  }

  private async ask(): Promise<void> {
    if (document.hidden) return this.arm();
    const answer = await send(this.dataset["url"] ?? "");
    if (!this.isConnected) return;
    if (!answer.ok) {
      if (answer.status === 0 || answer.status >= 500) this.arm();
      return;
    }
    const part = settle(answer.html);
    const fresh = part.querySelector<HTMLElement>("sj-progress");
    const running = fresh ? fresh.hasAttribute("data-running") : part.querySelector("[data-running]") !== null;
    this.replaceChildren(...(fresh ? [...fresh.childNodes] : [part]));
    htmx.process(this);
    if (running) return this.arm();
    this.removeAttribute("data-running");
    announce(this.textContent?.replace(/\s+/g, " ").trim() ?? "");
    this.dispatchEvent(new CustomEvent("sj:done", { bubbles: true }));
    const then = this.dataset["then"];
    if (then === "reload") location.reload();
    else if (then) location.href = then;
  }
}
define("sj-progress", SjProgress);
