/* Why a request was refused, in words. */
import { say } from "./words.ts";

/** The reason in an error answer: `message` of JSON, short text, else the status in words. */
export function reasonOf(status: number, type: string, body: string): string {
  if (type.includes("json")) {
    try {
      const told = JSON.parse(body) as { message?: string; errors?: Record<string, string[]> };
      const first = Object.values(told.errors ?? {}).flat();
      if (first.length > 0) return first.join(" ");
      if (told.message) return told.message;
    } catch {
      /* not JSON after all: the status speaks */
    }
  }
  if (type.includes("text/plain") && body !== "" && body.length < 300) return body;
  if (type.includes("html") && !/<!doctype/i.test(body)) {
    const box = document.createElement("template");
    box.innerHTML = body;
    const told = box.content.querySelector(".error, [role=alert]")?.textContent?.trim();
    if (told) return told;
  }
  if (status === 403) return say("forbidden");
  if (status === 409) return say("conflict");
  return say("failed");
}
