import { expect, test } from "vitest";

import "./composer.ts";

test("Escape leaves the text, so that the page's keys work again", () => {
  const around = document.createElement("div");
  around.innerHTML = "<sj-composer><form><textarea></textarea></form></sj-composer>";
  document.body.append(around);
  const text = around.querySelector("textarea")!;
  text.focus();
  expect(document.activeElement).toBe(text);
  text.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(document.activeElement).not.toBe(text);
});
