/* The keyboard, without a document: names of strokes and sequences such as "g t". */
export interface Stroke {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  shiftKey?: boolean;
  isComposing?: boolean;
  keyCode?: number;
}

/** "j", "shift+x", "mod+k", "?", "enter"; empty for bare modifiers and while composing. */
export function strokeName(stroke: Stroke): string {
  if (stroke.isComposing || stroke.keyCode === 229) return "";
  if (["Shift", "Control", "Meta", "Alt", "CapsLock", "Dead", "Process"].includes(stroke.key)) return "";
  if (stroke.altKey) return "";
  const key = stroke.key === " " ? "space" : stroke.key.toLowerCase();
  const mod = stroke.ctrlKey || stroke.metaKey ? "mod+" : "";
  const letter = /^[a-z]$/.test(key) || key.length > 1;
  return `${mod}${stroke.shiftKey && letter ? "shift+" : ""}${key}`;
}

export const SEQUENCE_MS = 1200;

/** Joins "g" with the next stroke. `push` gives the name to look up, or null while it waits. */
export class Sequence {
  private waiting = "";
  private since = 0;

  push(name: string, now: number): string | null {
    const prefix = this.waiting !== "" && now - this.since <= SEQUENCE_MS ? this.waiting : "";
    this.waiting = "";
    if (prefix === "" && name === "g") {
      this.waiting = name;
      this.since = now;
      return null;
    }
    return prefix === "" ? name : `${prefix} ${name}`;
  }
}
