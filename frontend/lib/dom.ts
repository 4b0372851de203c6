/* Small helpers around the document. */
type Child = Node | string;

/** An element with attributes and children; a value of false leaves the attribute out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Say something to screen readers without moving the focus. */
export function announce(text: string): void {
  const region = document.getElementById("live");
  if (region === null) return;
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

export interface ToastDetail {
  message: string;
  undo?: string;
  tone?: string;
  action?: string;
  run?: () => void;
}

export function toast(detail: ToastDetail): void {
  document.dispatchEvent(new CustomEvent<ToastDetail>("sj:toast", { detail }));
}

export const define = (name: string, element: CustomElementConstructor): void => {
  if (!customElements.get(name)) customElements.define(name, element);
};

/** Whether a finger is what points here. */
export const byTouch = (): boolean => matchMedia("(pointer: coarse)").matches;

let counter = 0;
export const uid = (prefix: string): string => `${prefix}-${(counter += 1)}`;

/** True where single keys must rest: in a field, in an open list, while composing. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit", "reset", "range", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
