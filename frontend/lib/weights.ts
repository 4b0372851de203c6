/* One weight moved, the others in proportion: the same arithmetic as rules/comparison.py. */
export function moved(weights: readonly number[], at: number, to: number): number[] {
  const rest = weights.reduce((sum, weight, n) => (n === at ? sum : sum + weight), 0);
  const share = weights.length - 1;
  return weights.map((weight, n) => {
    if (n === at) return to;
    return (1 - to) * (rest > 0 ? weight / rest : 1 / share);
  });
}

/** Weight × value over what has a value; null without any. */
export function total(weights: readonly number[], values: readonly (number | null)[]): number | null {
  let top = 0;
  let bottom = 0;
  values.forEach((value, n) => {
    if (value === null) return;
    top += (weights[n] ?? 0) * value;
    bottom += weights[n] ?? 0;
  });
  return bottom > 0 ? top / bottom : null;
}

/** Half up at a number of decimals, as the server rounds: 6.45 is 6.5 at one. */
export function fixed(value: number, decimals: number): string {
  return (Math.round((value + 1e-9) * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}
