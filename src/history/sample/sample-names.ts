/**
 * Names that the community’s talk is full of: of makers, villages, papers. Few of them come up all the time and most of them
 * hardly ever, as words do, so that a search has something rare to find.
 */
import type { Random } from './random.ts'

const SYLLABLES = [
  'bra',
  'ce',
  'dor',
  'fel',
  'gun',
  'hol',
  'jas',
  'ki',
  'lun',
  'mor',
  'nes',
  'pol',
  'qui',
  'ras',
] as const
const ENDINGS = ['a', 'and', 'by', 'en', 'eth', 'ic', 'o', 'um'] as const

/** How many there are. */
export const NAME_COUNT = SYLLABLES.length ** 3 * ENDINGS.length

/** One of them, by how often it comes up: 0 is the most common, `NAME_COUNT - 1` one that a million messages have a few times. */
export function nameOf(rank: number): string {
  const syllable = (place: number): string =>
    SYLLABLES[Math.floor(rank / SYLLABLES.length ** place) % SYLLABLES.length] ?? ''
  const text = `${syllable(0)}${syllable(1)}${syllable(2)}${ENDINGS[Math.floor(rank / SYLLABLES.length ** 3)] ?? ''}`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

export function sampleName(random: Random): string {
  return nameOf(Math.floor(random.next() ** 3 * NAME_COUNT))
}
