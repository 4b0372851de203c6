/* <sj-address data-url data-code>: province, city and district as selects in place of the typed
   name, and an address pasted into the street taken apart. Without script the fields stay. */
import { define, make } from "../lib/dom.ts";
import { send } from "../lib/request.ts";

interface Place {
  code: string;
  name: string;
  label: string;
  group: boolean;
}
interface Parts {
  country: string;
  code: string;
  area: string;
  street: string;
  postcode: string;
}
const LEVELS = ["province", "city", "district"] as const;

class SjAddress extends HTMLElement {
  private area!: HTMLInputElement;
  private selects: HTMLSelectElement[] = [];

  connectedCallback(): void {
    const area = this.querySelector<HTMLInputElement>("[name$='-area']");
    if (area === null || this.selects.length > 0) return;
    this.area = area;
    void this.begin();
  }

  private control<T extends HTMLElement>(part: string): T | null {
    return this.querySelector<T>(`[name$='-${part}']`);
  }

  private async begin(): Promise<void> {
    const provinces = await this.ask("");
    if (provinces === null) return;
    const described = this.area.getAttribute("aria-describedby");
    this.selects = LEVELS.map((level) =>
      make("select", { class: "form-select", "aria-label": this.dataset[level] ?? "", ...(described ? { "aria-describedby": described } : {}) }),
    );
    const [first] = this.selects;
    if (first) first.id = this.area.id;
    this.area.removeAttribute("id");
    this.area.type = "hidden";
    this.area.after(...this.selects);
    this.fill(0, provinces);
    this.selects.forEach((select, at) => select.addEventListener("change", () => void this.picked(at)));
    await this.show(this.dataset["code"] ?? "");
    const country = this.control<HTMLSelectElement>("country");
    country?.addEventListener("change", () => this.toggle());
    this.toggle();
    this.control<HTMLTextAreaElement>("street")?.addEventListener("change", () => void this.read());
  }

  private async ask(of: string): Promise<Place[] | null> {
    const answer = await send(`${this.dataset["url"] ?? ""}?of=${of}`);
    return answer.ok ? (JSON.parse(answer.html) as Place[]) : null;
  }

  private fill(at: number, places: Place[]): void {
    const select = this.selects[at];
    if (select === undefined) return;
    const blank = make("option", { value: "" }, this.dataset[LEVELS[at] ?? ""] ?? "");
    select.replaceChildren(blank, ...places.map((one) => make("option", { value: one.code, "data-name": one.group ? "" : one.name }, one.label)));
    select.hidden = places.length === 0;
  }

  /** Fill the level below the chosen one and write the whole name where the server reads it. */
  private async picked(at: number): Promise<void> {
    const code = this.selects[at]?.value ?? "";
    for (let below = at + 1; below < this.selects.length; below += 1) this.fill(below, []);
    this.write();
    if (code === "" || code.length === 6) return;
    const places = (await this.ask(code)) ?? [];
    // below 北京市 stand districts at once
    if (this.selects[at]?.value === code) this.fill(at + 1, places);
  }

  private write(): void {
    this.area.value = this.selects.map((one) => one.selectedOptions[0]?.dataset["name"] ?? "").join("");
  }

  private async show(code: string): Promise<void> {
    this.fill(1, []);
    this.fill(2, []);
    for (const [at, select] of this.selects.entries()) {
      const fits = [...select.options].find((one) => one.value !== "" && code.startsWith(one.value));
      select.value = fits?.value ?? "";
      if (fits) await this.picked(at);
    }
    this.write();
  }

  private toggle(): void {
    const code = this.control<HTMLSelectElement>("country")?.value ?? "CN";
    const places = this.area.parentElement;
    if (places) places.hidden = code !== "CN";
    // abroad the postcode stands in a line of its own order
    const postcode = this.control<HTMLInputElement>("postcode");
    if (postcode) postcode.hidden = code !== "CN" && postcode.value === "";
  }

  private async read(): Promise<void> {
    const street = this.control<HTMLTextAreaElement>("street");
    if (street === null || this.area.value !== "" || street.value.trim() === "") return;
    const country = this.control<HTMLSelectElement>("country");
    if (country?.value !== "CN") return;
    const answer = await send(`${this.dataset["url"] ?? ""}?read=${encodeURIComponent(street.value)}`);
    if (!answer.ok) return;
    const parts = JSON.parse(answer.html) as Parts;
    if (parts.code === "" && parts.country === "CN") return;
    if ([...country.options].some((one) => one.value === parts.country)) country.value = parts.country;
    street.value = parts.street;
    const postcode = this.control<HTMLInputElement>("postcode");
    if (postcode && parts.postcode !== "") postcode.value = parts.postcode;
    await this.show(parts.code);
    this.toggle();
  }
}
define("sj-address", SjAddress);
