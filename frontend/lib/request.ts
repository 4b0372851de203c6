/* Requests of the elements, in the same manners as htmx: CSRF header, HX-Request, HX-Trigger. */
import htmx from "htmx.org/dist/htmx.esm.js";

import { toast } from "./dom.ts";
import { reasonOf } from "./reason.ts";
import { say } from "./words.ts";

export interface Answer {
  ok: boolean;
  status: number;
  html: string;
  /** What went wrong, in words; empty when ok. */
  reason: string;
  response: Response | null;
}

export function headers(): Record<string, string> {
  const given = document.body.getAttribute("hx-headers");
  return { "HX-Request": "true", ...(given ? (JSON.parse(given) as Record<string, string>) : {}) };
}

/** Fire the events of an HX-Trigger header and follow HX-Redirect or HX-Refresh. True: it left. */
export function obey(response: Response, quiet = false): boolean {
  const trigger = response.headers.get("HX-Trigger");
  if (trigger !== null) {
    let events: Record<string, unknown> = { [trigger]: {} };
    if (trigger.startsWith("{")) events = JSON.parse(trigger) as Record<string, unknown>;
    for (const [name, detail] of Object.entries(events)) {
      if (quiet && name === "sj:toast") continue;
      document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
    }
  }
  const to = response.headers.get("HX-Redirect");
  if (to !== null) {
    location.href = to;
    return true;
  }
  if (response.headers.get("HX-Refresh") === "true") {
    location.reload();
    return true;
  }
  return false;
}

/** Send a form's data (or ask, without data). Never throws: a lost network is an answer, too. */
export async function send(url: string, data?: FormData, signal?: AbortSignal): Promise<Answer> {
  let response: Response;
  let html: string;
  try {
    response = await fetch(url, {
      method: data ? "POST" : "GET",
      headers: headers(),
      credentials: "same-origin",
      ...(data ? { body: data } : {}),
      ...(signal ? { signal } : {}),
    });
    // it may be given up while its body is on the way, too
    html = await response.text();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError")
      return { ok: false, status: -1, html: "", reason: "", response: null };
    return { ok: false, status: 0, html: "", reason: say("offline"), response: null };
  }
  const reason = response.ok ? "" : reasonOf(response.status, response.headers.get("Content-Type") ?? "", html);
  obey(response, !response.ok);
  return { ok: response.ok, status: response.status, html, reason, response };
}

export function formData(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [key, value] of Object.entries(values)) data.append(key, value);
  return data;
}

/** Parse a fragment, put its `hx-swap-oob` parts in place, and return the rest. */
export function settle(html: string): DocumentFragment {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const part of box.content.querySelectorAll("[hx-swap-oob]")) {
    const old = part.id ? document.getElementById(part.id) : null;
    part.removeAttribute("hx-swap-oob");
    part.remove();
    if (old === null) continue;
    old.replaceWith(part);
    htmx.process(part);
  }
  return box.content;
}

export function failed(answer: Answer, retry?: () => void): void {
  if (answer.status === -1) return;
  toast({ message: answer.reason, tone: "bad", ...(retry ? { action: say("retry"), run: retry } : {}) });
}
