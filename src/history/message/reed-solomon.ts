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

/** Row a holds a times every byte. Made at first use: 64 KiB. */
let products: readonly Uint8Array[] | undefined

/** Parity for shards of equal length. */
export function parityShards(shards: readonly Uint8Array[], parityCount: number): Uint8Array[] {
  const total = shards.length + parityCount
  const rows = codeMatrix(shards.length, total).slice(shards.length, total)
  return rows.map((row) => combine(row, shards))
}

/** The data shards, or undefined where too few shards are there. All have the same length. */
export function restoreShards(
  shards: readonly (Uint8Array | undefined)[],
  dataCount: number,
): Uint8Array[] | undefined {
  const lost = range(dataCount).filter((i) => shards[i] === undefined)
  const parity = range(shards.length).filter((i) => i >= dataCount && shards[i] !== undefined)
  if (parity.length < lost.length) return undefined
  const data = range(dataCount).map((i) => shards[i] ?? new Uint8Array())
  if (lost.length === 0) return data
  const rows = codeMatrix(dataCount, shards.length)
  const used = parity.slice(0, lost.length)
  // What the lost shards alone contribute to the parity, and with which coefficients.
  const rests = used.map((p) => {
    const known = combine(at(rows, p), data)
    return xor(at(shards, p), known)
  })
  const solved = inverse(used.map((p) => Uint8Array.from(lost, (i) => at(rows, p)[i] ?? 0)))
  for (const [n, i] of lost.entries()) data[i] = combine(at(solved, n), rests)
  return data
}

/** The newest; parts of one message come together. */
let cached: { readonly dataCount: number; readonly rows: Matrix } | undefined

function codeMatrix(dataCount: number, totalCount: number): Matrix {
  if (cached?.dataCount === dataCount && cached.rows.length >= totalCount) return cached.rows
  const vandermonde = Array.from({ length: totalCount }, (_, r) =>
    Uint8Array.from({ length: dataCount }, (_, c) => power(r, c)),
  )
  const top = inverse(vandermonde.slice(0, dataCount))
  const rows = vandermonde.map((row) => combine(row, top))
  cached = { dataCount, rows }
  return rows
}

/** The sum of `rows`, each times its coefficient. */
function combine(coefficients: Uint8Array, rows: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(Math.max(0, ...rows.map((row) => row.byteLength)))
  for (const [i, row] of rows.entries()) addScaled(sum, row, coefficients[i] ?? 0)
  return sum
}

function addScaled(target: Uint8Array, row: Uint8Array, factor: number): void {
  if (factor === 0) return
  products ??= Array.from({ length: 256 }, (_, a) => Uint8Array.from({ length: 256 }, (_, b) => multiply(a, b)))
  const scaled = products[factor] ?? new Uint8Array(256)
  const length = Math.min(target.byteLength, row.byteLength)
  for (let i = 0; i < length; i++) target[i] = (target[i] ?? 0) ^ (scaled[row[i] ?? 0] ?? 0)
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

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

function at(rows: readonly (Uint8Array | undefined)[], index: number): Uint8Array {
  const row = rows[index]
  if (row === undefined) throw new RangeError(`There is no row ${index}.`)
  return row
}
