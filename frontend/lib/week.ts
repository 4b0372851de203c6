/* Days as ISO text, without a zone: a day of a calendar is no instant. */
export type Step = -7 | -1 | 1 | 7;

/** The day so many days later; "" for a text that is no day. */
export function dayAfter(day: string, days: number): string {
  const start = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(start) ? "" : new Date(start + days * 86_400_000).toISOString().slice(0, 10);
}
