/* <sj-upload>: around <input type=file>: a place to drop files, their names, the size limit. */
import { announce, define, make } from "../lib/dom.ts";
import { icon, say } from "../lib/words.ts";

const size = (bytes: number): string => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

class SjUpload extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (input === null || this.querySelector("[data-names]")) return;
    const zone = this.querySelector<HTMLElement>(".drop-zone") ?? this.wrap(input);
    const names = make("div", { class: "tags", "data-names": true });
    zone.append(names);
    for (const name of ["dragenter", "dragover"])
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.setAttribute("data-over", "");
      });
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.removeAttribute("data-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = event.dataTransfer?.files;
      if (!files || files.length === 0) return;
      const kept = new DataTransfer();
      for (const file of input.multiple ? files : [files[0] as File]) kept.items.add(file);
      input.files = kept.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", () => this.check(input, names));
  }

  private wrap(input: HTMLInputElement): HTMLElement {
    const zone = make("div", { class: "drop-zone" });
    input.before(zone);
    zone.append(input);
    return zone;
  }

  private check(input: HTMLInputElement, names: HTMLElement): void {
    const limit = Number(this.dataset["limit"]) || Infinity; // a page that does not know it: the server says
    const files = [...(input.files ?? [])];
    const large = files.find((file) => file.size > limit);
    input.setCustomValidity(large ? say("tooLarge", { name: large.name, limit: size(limit) }) : "");
    names.replaceChildren(
      ...files.map((file) => make("span", { class: file.size > limit ? "tag bad" : "tag" }, icon("file", "s14"), `${file.name} ${size(file.size)}`)),
    );
    if (large) {
      announce(input.validationMessage);
      input.reportValidity();
    } else if (this.hasAttribute("data-send") && files.length > 0) input.form?.requestSubmit();
  }
}
define("sj-upload", SjUpload);
