/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which the part `q` of the values lies, between two of them where it falls between; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const ascending = [...values].sort((a, b) => a - b)
  const place = q * (ascending.length - 1)
  const low = ascending[Math.floor(place)] ?? Number.NaN
  const high = ascending[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** Runs each contestant once a round, in the opposite order every other round, so that none is always the first. */
export async function interleaved<N extends string>(
  names: readonly N[],
  rounds: number,
  run: (name: N, round: number) => Promise<number>,
): Promise<Map<N, number[]>> {
  const samples = new Map<N, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) samples.get(name)?.push(await run(name, round))
  }
  return samples
}
