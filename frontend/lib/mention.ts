/* What stands between an @ and the caret, or null where nobody is being mentioned. */
export function mentionAt(text: string, caret: number): string | null {
  const before = text.slice(0, caret);
  const hit = /(?:^|[^\w@.])@([\p{L}\p{N} ]{0,20})$/u.exec(before);
  const name = hit?.[1];
  return name === undefined || name.startsWith(" ") || name.split(" ").length > 2 ? null : name;
}
