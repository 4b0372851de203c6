/* <sj-assess>: digits answer the criterion that has the focus and go on to the next; the sum so
   far stands in the foot. Without script the radios, words and the button do the same. */
import { define } from "../lib/dom.ts";
import { fixed, total } from "../lib/weights.ts";
import { say } from "../lib/words.ts";

const TEN_WAITS = 450;

class SjAssess extends HTMLElement {
  private weights: Record<string, number> = {};
  private known: Record<string, number> = {};
  private timer = 0;

  connectedCallback(): void {
    this.weights = JSON.parse(this.dataset["weights"] ?? "{}") as Record<string, number>;
    this.known = JSON.parse(this.dataset["fixed"] ?? "{}") as Record<string, number>;
    this.addEventListener("keydown", this.key);
    this.addEventListener("change", this.sum);
    this.sum();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    this.removeEventListener("keydown", this.key);
    this.removeEventListener("change", this.sum);
  }

  private readonly key = (event: KeyboardEvent): void => {
    const from = event.target;
    if (!(from instanceof HTMLInputElement) || from.type !== "radio") return;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const ask = from.closest<HTMLElement>(".ask");
    if (ask === null) return;
    event.preventDefault();
    event.stopPropagation();
    const waited = this.timer !== 0 && event.key === "0" && ask.querySelector<HTMLInputElement>('[value="1"]')?.checked;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.answer(ask, waited ? "10" : event.key);
    if (event.key !== "1") return this.goOn(ask);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.goOn(ask);
    }, TEN_WAITS);
  };

  private answer(ask: HTMLElement, value: string): void {
    const radio = ask.querySelector<HTMLInputElement>(`input[type="radio"][value="${value}"]`);
    if (radio === null) return;
    radio.checked = true;
    radio.focus();
    this.sum();
  }

  private goOn(from: HTMLElement): void {
    const asks = [...this.querySelectorAll<HTMLElement>(".ask:not(.computed)")];
    const next = asks[asks.indexOf(from) + 1];
    const goal = next
      ? (next.querySelector<HTMLInputElement>("input:checked") ?? next.querySelector("input"))
      : this.querySelector<HTMLElement>(".assess-foot .btn");
    goal?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  private readonly sum = (): void => {
    const shown = this.querySelector<HTMLElement>("[data-sum]");
    if (shown === null) return;
    const keys = Object.keys(this.weights);
    const values = keys.map((key) => {
      const picked = this.querySelector<HTMLInputElement>(`input[name="v-${key}"]:checked`);
      if (picked !== null && picked.value !== "") return Number(picked.value);
      return this.known[key] ?? null;
    });
    const weights = keys.map((key) => this.weights[key] ?? 0);
    const points = total(weights, values);
    const share = weights.reduce((all, weight, n) => (values[n] === null ? all : all + weight), 0);
    shown.textContent =
      points === null ? "" : say("assessed", { points: fixed(points * 10, 0), share: `${fixed(share * 100, 0)}%` });
  };
}
define("sj-assess", SjAssess);
