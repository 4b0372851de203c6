/* <sj-money-input>: says below the field how 128.5万, 1.2亿 or 100K will be read. */
import { grouped, readAmount } from "../lib/amount.ts";
import { define, make } from "../lib/dom.ts";
import { say } from "../lib/words.ts";

class SjMoneyInput extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input");
    if (input === null || this.querySelector("[data-read]")) return;
    input.inputMode = "text";
    const note = make("div", { class: "help", "data-read": true, "aria-live": "polite" });
    note.hidden = true;
    (input.closest(".affix") ?? input).after(note);
    input.addEventListener("input", () => {
      const plain = readAmount(input.value);
      const short = plain !== null && !/^[-\d.,\s]*$/.test(input.value);
      note.hidden = !short;
      note.textContent = short && plain !== null ? say("readAs", { value: grouped(plain) }) : "";
    });
  }
}
define("sj-money-input", SjMoneyInput);
