/** Amounts of data in words: powers of 1000, three digits or so, a fixed number of decimals for each unit. */

/**
 * The page is written in English; dates and numbers follow the British form, which no reader takes for another day. A widget
 * has put the locale of the page around it on its root before this is loaded.
 */
export const LOCALE: string = supported(globalThis.document?.documentElement?.dataset['locale']) ?? 'en-GB'

function supported(locale: string | undefined): string | undefined {
  return locale === undefined ? undefined : Intl.NumberFormat.supportedLocalesOf([locale])[0]
}

interface Unit {
  readonly name: 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte'
  readonly sizeBytes: number
  /** Decimals of a value below ten, below a hundred, and above. */
  readonly decimals: readonly [number, number, number]
}

const UNITS: readonly Unit[] = [
  { name: 'terabyte', sizeBytes: 1e12, decimals: [2, 2, 1] },
  { name: 'gigabyte', sizeBytes: 1e9, decimals: [2, 1, 0] },
  { name: 'megabyte', sizeBytes: 1e6, decimals: [1, 1, 0] },
  { name: 'kilobyte', sizeBytes: 1e3, decimals: [1, 0, 0] },
]

/** “12.3 MB”; whole bytes below a thousand; anything that is no amount reads as “0 bytes”. */
export function formatBytes(sizeBytes: number): string {
  const bytes = Number.isFinite(sizeBytes) && sizeBytes > 0 ? Math.round(sizeBytes) : 0
  // 999,950 bytes would round to “1,000 kB”: a unit also takes what its smaller neighbour would round up to it.
  const unit = UNITS.find((candidate) => bytes >= candidate.sizeBytes * 0.9995)
  if (unit === undefined) return formatter('byte', 0).format(bytes)
  const value = bytes / unit.sizeBytes
  return formatter(unit.name, decimalsFor(unit, value)).format(value)
}

/** “3.4 MB/s”. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** “12.3 MB of 45.6 MB”, or only what is done where the whole is not known. */
export function formatProgress(doneBytes: number, totalBytes: number | undefined): string {
  if (totalBytes === undefined) return formatBytes(doneBytes)
  return `${formatBytes(Math.min(doneBytes, totalBytes))} of ${formatBytes(totalBytes)}`
}

/** Whole percents, rounded down: 100 only when all of it is there. Undefined where the whole is not known. */
export function percentOf(done: number, total: number | undefined): number | undefined {
  if (total === undefined || total <= 0) return undefined
  return Math.min(100, Math.max(0, Math.floor((done / total) * 100)))
}

/** “1,234”. */
export function formatCount(count: number): string {
  return COUNT_FORMAT.format(count)
}

/** “1 file”, “12 files”; `plural` where it is not the singular with an “s”. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

const COUNT_FORMAT = new Intl.NumberFormat(LOCALE)
const formatters = new Map<string, Intl.NumberFormat>()

function decimalsFor(unit: Unit, value: number): number {
  if (value < 9.95) return unit.decimals[0]
  return value < 99.95 ? unit.decimals[1] : unit.decimals[2]
}

function formatter(unit: Unit['name'], decimals: number): Intl.NumberFormat {
  const key = `${unit} ${decimals}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit,
    // “short” writes “512 byte”.
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  formatters.set(key, made)
  return made
}
