/* <sj-compare>: weights on sliders. Numbers follow the thumb at once; places, sentences and charts
   come from the server right after, so there is one truth in words. */
import { define } from "../lib/dom.ts";
import { failed, send, settle } from "../lib/request.ts";
import { fixed, moved, total } from "../lib/weights.ts";

interface Weigh {
  key: string;
  input: HTMLInputElement;
  shown: HTMLElement;
  fill: SVGRectElement;
}
const QUIET = 90;

class SjCompare extends HTMLElement {
  private rows: Weigh[] = [];
  private weights: number[] = [];
  private most = 1;
  private timer = 0;
  private asking: AbortController | null = null;

  connectedCallback(): void {
    this.most = Number(this.dataset["most"] ?? 1);
    for (const cell of this.querySelectorAll<HTMLElement>("[data-weight]")) {
      const input = cell.querySelector("input");
      const shown = cell.querySelector<HTMLElement>("[data-shown]");
      const fill = cell.querySelector<SVGRectElement>(".fill");
      if (input === null || shown === null || fill === null) continue;
      this.rows.push({ key: cell.dataset["key"] ?? "", input, shown, fill });
      this.weights.push(Number(cell.dataset["weight"]));
      const at = this.rows.length - 1;
      input.addEventListener("input", () => this.move(at, Number(input.value)));
    }
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
  }

  private move(at: number, to: number): void {
    this.weights = moved(this.weights, at, to);
    this.rows.forEach((row, n) => {
      const weight = this.weights[n] ?? 0;
      if (n !== at) row.input.value = String(weight);
      row.shown.textContent = fixed(weight, 2);
      row.fill.setAttribute("width", Math.min(100, (weight / this.most) * 100).toFixed(1));
    });
    for (const cell of this.querySelectorAll<HTMLElement>("[data-values]")) this.add(cell);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), QUIET);
  }

  /** A column's total from its answers. */
  private add(cell: HTMLElement): void {
    const given = JSON.parse(cell.dataset["values"] ?? "{}") as Record<string, number>;
    const values = this.rows.map((row) => given[row.key] ?? null);
    const sum = total(this.weights, values);
    const shown = cell.querySelector("[data-shown]");
    const parts = cell.querySelector("[data-parts]");
    if (shown) shown.textContent = sum === null ? "–" : fixed(sum, 2);
    if (parts)
      parts.textContent = values
        .map((value, n) => (value === null ? "–" : fixed((this.weights[n] ?? 0) * value, 1)))
        .join(" + ");
  }

  private address(): string {
    const here = new URL(location.href);
    this.rows.forEach((row, n) => here.searchParams.set(`w-${row.key}`, (this.weights[n] ?? 0).toFixed(8)));
    return `${here.pathname}${here.search}`;
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = this.address();
    const answer = await send(url, undefined, this.asking.signal);
    if (answer.status === -1 || !this.isConnected) return;
    if (!answer.ok) return failed(answer, () => void this.ask());
    settle(answer.html);
    history.replaceState(history.state, "", url);
  }
}
define("sj-compare", SjCompare);
