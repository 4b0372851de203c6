/* <sj-card-editor>: the sum of the weights while they are typed, and only the part of a criterion
   that its way of scoring needs. Without script all parts stand there and the server says the sum. */
import { define } from "../lib/dom.ts";

class SjCardEditor extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("input", this.sum);
    this.addEventListener("change", this.parts);
    this.sum();
    this.parts();
  }

  disconnectedCallback(): void {
    this.removeEventListener("input", this.sum);
    this.removeEventListener("change", this.parts);
  }

  /** In ten-thousandths, so that 0.1 + 0.2 is 0.3. */
  private readonly sum = (): void => {
    const shown = this.querySelector<HTMLElement>("[data-sum]");
    if (shown === null) return;
    let units = 0;
    for (const input of this.querySelectorAll<HTMLInputElement>("[data-weigh]")) {
      const value = Number(input.value.replace(",", "."));
      if (Number.isFinite(value)) units += Math.round(value * 10000);
    }
    shown.textContent = String(units / 10000);
    shown.classList.toggle("good", units === 10000);
    shown.classList.toggle("bad", units !== 10000);
  };

  private readonly parts = (): void => {
    for (const criterion of this.querySelectorAll<HTMLElement>(".crit")) {
      const kind = criterion.querySelector<HTMLSelectElement>("[data-kind]")?.value ?? "";
      for (const part of criterion.querySelectorAll<HTMLElement>("[data-part]")) {
        part.hidden = !(part.dataset["part"] ?? "").split(" ").includes(kind);
      }
    }
  };
}
define("sj-card-editor", SjCardEditor);
