/* <sj-theme>: light, dark or like the system, at once; the choice is posted and remembered. */
import { define } from "../lib/dom.ts";
import { formData, send } from "../lib/request.ts";

class SjTheme extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("form")?.addEventListener("submit", this.onSubmit);
    this.mark(document.documentElement.dataset["themeChoice"] ?? "auto");
  }

  private mark(choice: string): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[name=theme]"))
      button.setAttribute("aria-pressed", String(button.value === choice));
  }

  private readonly onSubmit = (event: SubmitEvent): void => {
    const choice = (event.submitter as HTMLButtonElement | null)?.value ?? "auto";
    event.preventDefault();
    const root = document.documentElement;
    if (choice === "auto") root.removeAttribute("data-bs-theme");
    else root.dataset["bsTheme"] = choice;
    root.dataset["themeChoice"] = choice;
    this.mark(choice);
    this.querySelector("details")?.removeAttribute("open");
    const url = document.body.dataset["themeUrl"];
    if (url) void send(url, formData({ theme: choice }));
  };
}
define("sj-theme", SjTheme);
