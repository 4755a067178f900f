/**
 * Reed–Solomon over GF(2⁸) as Status uses it: the first n rows of the code matrix are the identity, so shards travel as
 * they are, and any n of all shards give the others.
 *
 *   matrix = V · (first n rows of V)⁻¹, V[r][c] = r^c in the field          polynomial x⁸ + x⁴ + x³ + x² + 1
 *
 * Source: the construction that klauspost/reedsolomon and Backblaze’s library document.
 */
type Matrix = readonly Uint8Array[]

/** Data and parity together. */
export const MAX_SHARDS = 256
const POLYNOMIAL = 0x11d
const ORDER = 255

const EXP = new Uint8Array(2 * ORDER)
const LOG = new Uint8Array(256)
for (let i = 0, value = 1; i < ORDER; i++) {
  EXP[i] = value
  EXP[i + ORDER] = value
  LOG[value] = i
  value <<= 1
  if (value > 0xff) value ^= POLYNOMIAL
}

/** Parity for shards of equal length. */
export function parityShards(shards: readonly Uint8Array[], parityCount: number): Uint8Array[] {
  const rows = codeMatrix(shards.length, shards.length + parityCount).slice(shards.length)
  return rows.map((row) => combine(row, shards))
}

/** The data shards, or undefined where too few shards are there. All have the same length. */
export function restoreShards(
  shards: readonly (Uint8Array | undefined)[],
  dataCount: number,
): Uint8Array[] | undefined {
  const present = shards.flatMap((shard, index) => (shard === undefined ? [] : [{ shard, index }])).slice(0, dataCount)
  if (present.length < dataCount) return undefined
  const matrix = codeMatrix(dataCount, shards.length)
  const decoding = inverse(present.map(({ index }) => at(matrix, index)))
  const given = present.map(({ shard }) => shard)
  return Array.from({ length: dataCount }, (_, i) => shards[i] ?? combine(at(decoding, i), given))
}

function codeMatrix(dataCount: number, totalCount: number): Matrix {
  const vandermonde = Array.from({ length: totalCount }, (_, r) =>
    Uint8Array.from({ length: dataCount }, (_, c) => power(r, c)),
  )
  const top = inverse(vandermonde.slice(0, dataCount))
  return vandermonde.map((row) => combine(row, top))
}

/** The sum of `rows`, each times its coefficient. */
function combine(coefficients: Uint8Array, rows: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(rows[0]?.byteLength ?? 0)
  for (const [i, row] of rows.entries()) addScaled(sum, row, coefficients[i] ?? 0)
  return sum
}

function addScaled(target: Uint8Array, row: Uint8Array, factor: number): void {
  if (factor === 0) return
  const products = Uint8Array.from({ length: 256 }, (_, value) => multiply(factor, value))
  for (let i = 0; i < target.byteLength; i++) target[i] = (target[i] ?? 0) ^ (products[row[i] ?? 0] ?? 0)
}

/** Gauss–Jordan; the rows of a Vandermonde matrix are independent, so there is always a pivot. */
function inverse(matrix: Matrix): Matrix {
  const size = matrix.length
  const work: Uint8Array[] = matrix.map((row, r) => {
    const wide = new Uint8Array(2 * size)
    wide.set(row)
    wide[size + r] = 1
    return wide
  })
  for (let c = 0; c < size; c++) {
    const pivot = work.findIndex((row, r) => r >= c && row[c] !== 0)
    const pivotRow = at(work, pivot)
    work[pivot] = at(work, c)
    const scaled = new Uint8Array(2 * size)
    addScaled(scaled, pivotRow, invert(pivotRow[c] ?? 0))
    work[c] = scaled
    for (const [r, row] of work.entries()) if (r !== c) addScaled(row, scaled, row[c] ?? 0)
  }
  return work.map((row) => row.slice(size))
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (EXP[(LOG[a] ?? 0) + (LOG[b] ?? 0)] ?? 0)
}

function invert(a: number): number {
  return EXP[ORDER - (LOG[a] ?? 0)] ?? 0
}

function power(base: number, exponent: number): number {
  if (exponent === 0) return 1
  return base === 0 ? 0 : (EXP[((LOG[base] ?? 0) * exponent) % ORDER] ?? 0)
}

function at(matrix: Matrix, index: number): Uint8Array {
  const row = matrix[index]
  if (row === undefined) throw new RangeError(`The matrix has no row ${index}.`)
  return row
}
