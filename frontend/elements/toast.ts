/* <sj-toast>: one message at a time, 8 s, stays while hovered or focused; Undo by Z. */
import { define, make, type ToastDetail } from "../lib/dom.ts";
import { formData, send } from "../lib/request.ts";
import { icon, say } from "../lib/words.ts";

const LIFE = 8000;

class SjToast extends HTMLElement {
  private timer = 0;
  private held = false;

  connectedCallback(): void {
    document.addEventListener("sj:toast", this.onToast);
    document.addEventListener("allauth.error", this.onPasskey);
    for (const [name, held] of [["pointerenter", true], ["focusin", true], ["pointerleave", false], ["focusout", false]] as const)
      this.addEventListener(name, () => this.hold(held));
    const given = [...this.querySelectorAll<HTMLElement>(".toast")];
    given.slice(0, -1).forEach((extra) => extra.remove());
    const last = given.at(-1);
    if (last) {
      last.append(this.closer());
      this.arm();
    }
  }

  disconnectedCallback(): void {
    document.removeEventListener("sj:toast", this.onToast);
    document.removeEventListener("allauth.error", this.onPasskey);
    window.clearTimeout(this.timer);
  }

  private readonly onToast = (event: Event): void => {
    const detail = (event as CustomEvent<ToastDetail>).detail;
    if (detail?.message) this.show(detail);
  };

  /** The scripts of passkeys are not ours and say nothing on the page when none came. */
  private readonly onPasskey = (event: Event): void => {
    event.preventDefault();
    const { exception } = (event as CustomEvent<{ exception?: unknown }>).detail;
    const there = exception instanceof DOMException && exception.name === "InvalidStateError";
    this.show({ message: say(there ? "passkeyThere" : "passkey"), tone: "bad" });
  };

  show(detail: ToastDetail): void {
    const box = make("div", { class: "toast", "data-tone": detail.tone ?? "" }, make("span", { class: "text" }, detail.message));
    if (detail.undo) {
      const url = detail.undo;
      const undo = make("button", { type: "button", "data-key": "z" }, say("undo"));
      undo.addEventListener("click", () => void this.undo(url));
      box.append(undo, make("kbd", {}, "Z"));
    } else if (detail.action && detail.run) {
      const { run } = detail;
      const button = make("button", { type: "button" }, detail.action);
      button.addEventListener("click", () => {
        this.clear();
        run();
      });
      box.append(button);
    }
    box.append(this.closer());
    this.replaceChildren(box);
    if (detail.tone === "bad") box.setAttribute("role", "alert");
    this.arm();
  }

  private closer(): HTMLButtonElement {
    const close = make("button", { type: "button", class: "close", "aria-label": say("close") }, icon("x", "s14"));
    close.addEventListener("click", () => this.clear());
    return close;
  }

  private async undo(url: string): Promise<void> {
    const answer = await send(url, formData({}));
    if (!answer.ok) {
      this.show({ message: answer.reason, tone: "bad" });
      return;
    }
    this.clear();
    const said = answer.response?.headers;
    if (said?.get("HX-Redirect") || said?.get("HX-Refresh") || said?.get("HX-Trigger")?.includes("sj:toast")) return;
    location.reload();
  }

  private hold(held: boolean): void {
    this.held = held;
    if (!held) this.arm();
  }

  private arm(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (!this.held && !this.contains(document.activeElement)) this.clear();
    }, LIFE);
  }

  private clear(): void {
    window.clearTimeout(this.timer);
    this.held = false;
    this.replaceChildren();
  }
}
define("sj-toast", SjToast);
