/* What an amount typed by hand will be read as: the server reads it again, with the same rules. */
const SCALE: Record<string, number> = { "": 0, 千: 3, 万: 4, 萬: 4, w: 4, 百万: 6, 千万: 7, 亿: 8, 億: 8, k: 3, m: 6, b: 9 };

/** Plain decimal text ("1285000") or null when it is no amount. No floating point: digits only. */
export function readAmount(typed: string): string | null {
  const plain = typed
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s,\u2019']/g, "")
    .replace(/\u2212/g, "-")
    .toLowerCase();
  const hit = /^(-?)(?:[¥￥$€]|us\$|hk\$|rmb|cny|usd)?(\d+)(?:\.(\d+))?(百万|千万|[千万萬w亿億kmb])?元?$/.exec(plain);
  if (hit === null) return null;
  const [, minus = "", whole = "", fraction = "", unit = ""] = hit;
  const scale = SCALE[unit] ?? 0;
  const digits = whole + fraction.padEnd(scale, "0");
  const cut = whole.length + scale;
  const front = digits.slice(0, cut).replace(/^0+(?=\d)/, "");
  const back = digits.slice(cut).replace(/0+$/, "");
  if (back.length > 4 || front.length > 15) return null;
  return `${minus}${front}${back ? `.${back}` : ""}`;
}

/** Thousands parted: "1,285,000.5". */
export function grouped(plain: string): string {
  const [front = "", back] = plain.replace("-", "").split(".");
  const sign = plain.startsWith("-") ? "\u2212" : "";
  return `${sign}${front.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${back ? `.${back}` : ""}`;
}
