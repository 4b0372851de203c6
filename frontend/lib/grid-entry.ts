/* The hidden field in the cell of the cursor: what is typed begins in it, so that an input method
   composes at once. It shows itself with the first letter and stays until the cell's editor, which
   the server may take a while to write, takes the text over. */
import { make } from "./dom.ts";

export type After = "stay" | "down" | "next" | "back";

/** What was typed over a cell before its editor was there. */
export interface Typed {
  text: string;
  /** Where the hand went meanwhile: the editor saves and goes there. Null: it goes on writing. */
  after: After | null;
  /** Whether the focus is still here. */
  focus: boolean;
}

export class CellEntry {
  readonly field = make("input", { class: "cell-entry", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  /** Something was typed and the editor is on its way. */
  begun = false;
  private composing = false;
  private after: After | null = null;
  private away = false;
  private wake: () => void = () => undefined;

  /** `begin` asks for the editor of the cell; `typed` gives it what stands here. */
  constructor(begin: (typed: () => Promise<Typed | null>) => void) {
    const start = (): void => {
      if (this.begun) return;
      this.begun = true;
      this.field.dataset["begun"] = "";
      begin(this.typed);
    };
    this.field.addEventListener("compositionstart", () => {
      this.composing = true;
      start();
    });
    this.field.addEventListener("compositionend", () => {
      this.composing = false;
      // given up in the list of candidates: as if nothing had been typed
      if (this.field.value === "") this.clear();
      // the last letters of a composition may come behind its end
      setTimeout(() => this.wake());
    });
    this.field.addEventListener("input", () => !this.composing && this.field.value !== "" && start());
    this.field.addEventListener("blur", () => (this.away = this.begun));
  }

  /** What stands here when nothing is being composed; null once it was given up. */
  readonly typed = async (): Promise<Typed | null> => {
    while (this.composing) await new Promise<void>((wake) => (this.wake = wake));
    if (!this.begun) return null;
    return { text: this.field.value, after: this.away ? "stay" : this.after, focus: !this.away };
  };

  /** A key while the editor is on its way: the end of typing is remembered, the rest is text. */
  key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.clear();
    else if (event.key === "Enter") this.after = "down";
    else if (event.key === "Tab") this.after = event.shiftKey ? "back" : "next";
    else return;
    event.preventDefault();
  }

  /** Empty and out of sight. */
  clear(): void {
    this.begun = this.away = this.composing = false;
    this.after = null;
    this.field.value = "";
    delete this.field.dataset["begun"];
    this.wake();
  }
}
