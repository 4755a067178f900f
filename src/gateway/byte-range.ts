import type { ByteRange } from '../rpc/api.ts'

/** What a request’s `Range` asks of a content of a known size. */
export type AskedRange =
  /** No range, or one that RFC 9110 (14.2) lets a server pass over: another unit, or no range by its grammar. */
  | { readonly type: 'all' }
  | { readonly type: 'part'; readonly range: ByteRange }
  /** To be answered with 416. */
  | { readonly type: 'refused'; readonly reason: 'beyond-the-end' | 'several' }

const ALL: AskedRange = { type: 'all' }
const BEYOND: AskedRange = { type: 'refused', reason: 'beyond-the-end' }
/** Longer ones are made to cost time. */
const MAX_HEADER_CHARACTERS = 512
const RANGE_SET = /^bytes=([\d\s,-]*)$/iu
const FROM_TO = /^(\d+)-(\d*)$/u
const LAST = /^-(\d+)$/u

/** One range is answered, several are refused: a browser asks for one at a time. */
export function readRange(header: string | null, sizeBytes: number): AskedRange {
  if (header === null || header.length > MAX_HEADER_CHARACTERS) return ALL
  const set = RANGE_SET.exec(header.trim())?.[1]
  if (set === undefined) return ALL
  const specs = set.split(',').flatMap((spec) => (spec.trim() === '' ? [] : [spec.trim()]))
  const ranges = specs.map((spec) => readSpec(spec, sizeBytes))
  const [first] = ranges
  // By the grammar one spec that is none spoils the whole set.
  if (first === undefined || ranges.some((range) => range.type === 'all')) return ALL
  return ranges.length === 1 ? first : { type: 'refused', reason: 'several' }
}

/** Numbers that no double holds are far beyond any end, and may stay inexact. */
function readSpec(spec: string, sizeBytes: number): AskedRange {
  const last = LAST.exec(spec)
  if (last !== null) return part(Math.max(0, sizeBytes - Number(last[1])), sizeBytes)
  const [, from, to] = FROM_TO.exec(spec) ?? []
  if (from === undefined || to === undefined) return ALL
  const startByte = Number(from)
  if (to === '') return startByte < sizeBytes ? part(startByte, sizeBytes) : BEYOND
  if (Number(to) < startByte) return ALL
  return startByte < sizeBytes ? part(startByte, Math.min(Number(to) + 1, sizeBytes)) : BEYOND
}

function part(startByte: number, endByte: number): AskedRange {
  return startByte < endByte ? { type: 'part', range: { startByte, endByte } } : BEYOND
}
