/* <sj-list>: selection, ranges, the current row, the bulk bar. Rows are what holds [data-pick]:
   table rows, cards or list items; queue rows without tick boxes take part with [data-row]. */
import { announce, define } from "../lib/dom.ts";
import { neighbour, range } from "../lib/selection.ts";
import { say } from "../lib/words.ts";

/* As the server writes them: the home sign is ¥, the others carry their country. */
const SIGNS: Record<string, string> = { CNY: "¥", USD: "US$", EUR: "€", HKD: "HK$", JPY: "JP¥", GBP: "£" };

class SjList extends HTMLElement {
  private anchor: string | null = null;
  private everything = false;

  connectedCallback(): void {
    this.addEventListener("click", this.onClick);
    this.addEventListener("change", this.onChange);
    this.addEventListener("focusin", this.onFocus);
    document.addEventListener("sj:key", this.onKey);
    document.addEventListener("htmx:afterSettle", this.refresh);
    this.refresh();
  }

  disconnectedCallback(): void {
    document.removeEventListener("sj:key", this.onKey);
    document.removeEventListener("htmx:afterSettle", this.refresh);
  }

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-id]")].filter((row) => row.matches("tr, li, .card, [data-row]") && row.offsetParent !== null);
  }

  private ids(): string[] {
    return this.rows().map((row) => row.dataset["id"] ?? "");
  }

  private row(id: string | null): HTMLElement | null {
    return id === null ? null : this.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  }

  private box(row: Element | null): HTMLInputElement | null {
    return row?.querySelector<HTMLInputElement>("[data-pick]") ?? null;
  }

  private picks(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("[data-pick]")];
  }

  readonly refresh = (): void => {
    const picks = this.picks();
    let sum = 0n;
    let chosen = 0;
    for (const pick of picks) {
      const row = pick.closest<HTMLElement>("[data-id]");
      if (pick.checked) {
        row?.setAttribute("aria-selected", "true");
        chosen += 1;
        sum += BigInt(Math.round(Number(row?.dataset["value"] ?? 0) * 100));
      } else row?.removeAttribute("aria-selected");
    }
    if (chosen < picks.length) this.everything = false;
    const all = this.querySelector<HTMLInputElement>("[data-pick-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === picks.length;
      all.indeterminate = chosen > 0 && chosen < picks.length;
    }
    this.toggleAttribute("data-picking", chosen > 0);
    this.firstElementChild?.classList.toggle("picking", chosen > 0);
    this.bar(chosen, sum);
  };

  private bar(chosen: number, sum: bigint): void {
    const bar = this.querySelector<HTMLElement>("[data-bulk]");
    if (bar === null) return;
    bar.hidden = chosen === 0;
    // a verb that takes several (merge) waits until so many are chosen
    for (const verb of bar.querySelectorAll<HTMLButtonElement>("[data-from]"))
      verb.hidden = chosen < Number(verb.dataset["from"]);
    const total = Number(this.dataset["total"] ?? 0);
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = this.everything ? say("allSelected", { count: total }) : say("selected", { count: chosen });
    const shown = bar.querySelector("[data-sum]");
    const unit = this.dataset["unit"];
    if (shown && unit)
      shown.textContent = this.everything
        ? ""
        : `${SIGNS[unit] ?? `${unit} `}${new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(Number(sum) / 100)}`;
    const every = bar.querySelector<HTMLElement>("[data-select-all]");
    if (every) every.hidden = this.everything || total <= chosen;
    let mark = this.querySelector<HTMLInputElement>("input[name=all][data-all]");
    if (this.everything && mark === null) {
      mark = document.createElement("input");
      mark.type = "hidden";
      mark.name = "all";
      mark.value = "1";
      mark.dataset["all"] = "";
      (bar.closest("form") ?? this).append(mark);
    } else if (!this.everything) mark?.remove();
  }

  private set(ids: readonly string[], checked: boolean): void {
    for (const id of ids) {
      const box = this.box(this.row(id));
      if (box) box.checked = checked;
    }
    this.refresh();
    announce(say("selected", { count: this.picks().filter((pick) => pick.checked).length }));
  }

  private clear(): void {
    this.everything = false;
    this.set(this.ids(), false);
  }

  private readonly onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-clear]")) return this.clear();
    if (target.closest("[data-select-all]")) {
      this.set(this.ids(), true);
      this.everything = true;
      this.refresh();
      return;
    }
    const toggle = target.closest<HTMLElement>(".toggle[aria-expanded]");
    if (toggle) return this.fold(toggle);
    if (!target.matches("[data-pick]")) return;
    const id = target.closest<HTMLElement>("[data-id]")?.dataset["id"] ?? "";
    if (event.shiftKey && this.anchor !== null) this.set(range(this.ids(), this.anchor, id), (target as HTMLInputElement).checked);
    this.anchor = id;
  };

  /** A group line hides or shows the rows down to the next one. */
  private fold(toggle: HTMLElement): void {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    for (let row = toggle.closest("tr")?.nextElementSibling; row && !row.matches(".group"); row = row.nextElementSibling)
      row.toggleAttribute("hidden", !open);
  }

  private readonly onChange = (event: Event): void => {
    const target = event.target as HTMLInputElement;
    if (target.matches("[data-pick-all]")) this.set(this.ids(), target.checked);
    else if (target.matches("[data-pick]")) this.refresh();
  };

  private readonly onFocus = (event: FocusEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>("[data-id]");
    if (row) this.point(row);
  };

  private point(row: HTMLElement): void {
    for (const other of document.querySelectorAll("[data-current]")) if (other !== row) other.removeAttribute("data-current");
    row.setAttribute("data-current", "");
  }

  private current(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-current]");
  }

  private readonly onKey = (event: Event): void => {
    const { name } = (event as CustomEvent<{ name: string; event: KeyboardEvent }>).detail;
    const pressed = (event as CustomEvent<{ name: string; event: KeyboardEvent }>).detail.event;
    const id = this.current()?.dataset["id"] ?? null;
    if (name === "j" || name === "k") {
      const row = this.row(neighbour(this.ids(), id, name === "j" ? 1 : -1));
      if (row === null) return;
      event.preventDefault();
      this.point(row);
      const link = row.querySelector<HTMLElement>(".name a, a.name, .queue-what a, a[href], button");
      link?.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    } else if ((name === "x" || name === "shift+x") && id !== null && this.box(this.current())) {
      event.preventDefault();
      const box = this.box(this.current());
      if (name === "shift+x" && this.anchor !== null) this.set(range(this.ids(), this.anchor, id), true);
      else this.set([id], !(box?.checked ?? false));
      this.anchor = id;
    } else if (name === "enter" && id !== null && pressed.target === document.body) {
      const href = this.current()?.dataset["href"];
      if (href) {
        event.preventDefault();
        location.href = href;
      }
    } else if (name === "escape" && this.picks().some((pick) => pick.checked)) {
      event.preventDefault();
      this.clear();
    }
  };
}
define("sj-list", SjList);
