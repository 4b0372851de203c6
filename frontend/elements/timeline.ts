/* <sj-timeline>: where the days do not fit, begins at today. Without script one scrolls there. */
import { define } from "../lib/dom.ts";

class SjTimeline extends HTMLElement {
  connectedCallback(): void {
    const today = Number.parseFloat(this.dataset["today"] ?? "");
    const box = this.querySelector<HTMLElement>(".table-scroll");
    const line = this.querySelector<HTMLElement>(".gantt-line");
    const name = this.querySelector<HTMLElement>(".name");
    if (box === null || line === null || Number.isNaN(today)) return;
    const room = box.clientWidth - (name?.offsetWidth ?? 0);
    if (box.scrollWidth > box.clientWidth) box.scrollLeft = (line.offsetWidth * today) / 100 - room / 2;
  }
}
define("sj-timeline", SjTimeline);
