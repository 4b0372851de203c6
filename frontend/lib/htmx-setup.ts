/* htmx manners: busy marks, kept focus, failures in words. Its settings are the meta tag. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { toast, typing } from "./dom.ts";
import { reasonOf } from "./reason.ts";
import { say } from "./words.ts";

interface HtmxDetail {
  elt: HTMLElement;
  verb?: string;
  triggeringEvent?: Event;
  target: HTMLElement;
  xhr: XMLHttpRequest;
  successful?: boolean;
  shouldSwap: boolean;
}
const detailOf = (event: Event): HtmxDetail => (event as CustomEvent<HtmxDetail>).detail;
const isPage = (text: string): boolean => /^\s*<!doctype/i.test(text);

let lost: { selector: string; start: number | null } | null = null;

function remember(): void {
  const active = document.activeElement;
  lost = null;
  if (!(active instanceof HTMLElement) || active === document.body) return;
  const named = active.getAttribute("name");
  const form = active.closest("form[id]");
  const selector = active.id
    ? `#${CSS.escape(active.id)}`
    : named
      ? `${form ? `#${CSS.escape(form.id)} ` : ""}[name="${CSS.escape(named)}"]`
      : active.dataset["key"]
        ? `[data-key="${CSS.escape(active.dataset["key"])}"]`
        : "";
  if (selector === "") return;
  lost = { selector, start: active instanceof HTMLInputElement && typing(active) && active.type !== "number" ? active.selectionStart : null };
}

function giveBack(): void {
  if (lost === null || (document.activeElement && document.activeElement !== document.body)) return;
  const again = document.querySelector<HTMLElement>(lost.selector);
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLInputElement && lost.start !== null) {
    try {
      again.setSelectionRange(lost.start, lost.start);
    } catch {
      /* kinds of inputs without a caret */
    }
  }
  lost = null;
}

function again(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) element.requestSubmit();
  else element.click();
}

/** For a form whose answer is a file: the page stays, and after so many milliseconds it may be sent again. */
const LOCKED = 20_000;

/** A form that leaves the page is sent once: who presses again on a slow line means the same. */
function once(event: Event): void {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  const passkey = form.querySelector<HTMLElement>(PASSKEY);
  if (passkey !== null) {
    event.preventDefault(); // Enter in its field: the device is asked first
    passkey.click();
  } else if (sent.has(form)) event.preventDefault();
  else hold(form);
}

function hold(form: HTMLFormElement): void {
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  document.body.toggleAttribute("data-loading", true);
  window.setTimeout(() => release(form), LOCKED);
}

/** A button that asks the device; allauth's scripts then send its form past the event "submit". */
const PASSKEY = "[data-passkey]";

function askOnce(event: Event): void {
  const form = event.target instanceof Element ? event.target.closest<HTMLElement>(PASSKEY)?.closest("form") : null;
  if (!form) return;
  if (sent.has(form)) event.stopImmediatePropagation();
  else hold(form);
}

const sent = new Set<HTMLElement>();

function release(element: HTMLElement): void {
  sent.delete(element);
  element.removeAttribute("aria-busy");
  document.body.toggleAttribute("data-loading", false);
}

/** A fragment's change pressed again while it is under way. htmx would keep the press and send it
    after the answer, to what the answer made: the step after the one that was ticked off. */
function pressedAgain(event: Event): void {
  const { elt, verb, triggeringEvent } = detailOf(event);
  const pressed = triggeringEvent?.type === "submit" || triggeringEvent?.type === "click";
  if (verb !== "get" && pressed && (sent.has(elt) || elt.getAttribute("aria-busy") === "true")) event.preventDefault();
}

/** An answer that leads to another page: until that is here nothing is sent again. */
function leaving(detail: HtmxDetail): boolean {
  const goes = ["HX-Redirect", "HX-Refresh", "HX-Location"].some((name) => detail.xhr.getResponseHeader(name) !== null);
  if (!goes || detail.successful === false) return false;
  sent.add(detail.elt);
  window.setTimeout(() => release(detail.elt), LOCKED);
  return true;
}

export function start(): void {
  const on = (name: string, run: (event: Event) => void): void => document.addEventListener(name, run);
  on("htmx:beforeRequest", (event) => {
    detailOf(event).target?.setAttribute("aria-busy", "true");
    detailOf(event).elt.setAttribute("aria-busy", "true");
    document.body.toggleAttribute("data-loading", true);
  });
  on("htmx:confirm", pressedAgain);
  on("htmx:afterRequest", (event) => {
    detailOf(event).target?.removeAttribute("aria-busy");
    if (leaving(detailOf(event))) return;
    detailOf(event).elt.removeAttribute("aria-busy");
    document.body.toggleAttribute("data-loading", false);
  });
  on("htmx:beforeSwap", (event) => {
    const detail = detailOf(event);
    if (isPage(detail.xhr.responseText)) {
      detail.shouldSwap = false;
      if (detail.xhr.status < 400) location.href = detail.xhr.responseURL || location.href;
      return;
    }
    remember();
  });
  on("htmx:afterSettle", giveBack);
  on("submit", once);
  document.addEventListener("click", askOnce, true); // before the listener on the button
  on("allauth.error", () => sent.forEach(release));
  window.addEventListener("pageshow", () => sent.forEach(release)); // back to a page the browser kept
  on("htmx:responseError", (event) => {
    const { xhr, elt } = detailOf(event);
    const told = xhr.getResponseHeader("HX-Trigger")?.includes("sj:toast") ?? false;
    const type = xhr.getResponseHeader("Content-Type") ?? "";
    const swapped = [400, 403, 404, 409, 413, 422].includes(xhr.status) && type.includes("html") && !isPage(xhr.responseText);
    if (told || swapped) return;
    const retry = xhr.status >= 500 ? { action: say("retry"), run: () => again(elt) } : {};
    toast({ message: reasonOf(xhr.status, type, xhr.responseText), tone: "bad", ...retry });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"])
    on(name, (event) => {
      const { elt } = detailOf(event);
      toast({ message: say("offline"), tone: "bad", action: say("retry"), run: () => again(elt) });
    });
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
}
