import { NAME_COUNT, nameOf } from '../../../src/history/sample/sample-names.ts'
import type { SampleInit } from '../../../src/history/sample/sample-message.ts'
import { sampleWeek } from '../../../src/history/sample/sample-week.ts'

/** What is searched for, by its kind; another one each round. */
export type Queries = Readonly<Record<string, readonly string[]>>

const RARE_COUNT = 8

/** Words of the sample’s talk, common ones as `history/sample/sample-text.ts` has them. */
export function queriesFor(init: SampleInit): Queries {
  const rare = rareNames(init)
  return {
    'a rare word': rare,
    'a frequent word': ['the', 'missing', 'thursday', 'yes', 'paper'],
    'two words': ['garden lisbon', 'binding station', 'glue ferry', 'atlas worth', 'newsletter canal'],
    'a frequent and a rare word': rare.toReversed().map((name) => `is ${name}`),
    'a beginning of one letter': ['b', 's', 't', 'w', 'm'],
    'a frequent word and a beginning': ['the s', 'is b', 'it t', 'for l', 'on a'],
  }
}

/** Names that were said in an early week and hardly ever are. */
function rareNames(init: SampleInit): readonly string[] {
  const ranks = new Map(Array.from({ length: NAME_COUNT }, (_, rank) => [nameOf(rank), rank]))
  const said = new Map<string, number>()
  for (const message of sampleWeek(init, Math.floor(init.weeks / 4))) {
    if (message.kind !== 'chat') continue
    for (const word of message.text.match(/\p{Lu}\p{L}+/gu) ?? []) {
      const rank = ranks.get(word)
      if (rank !== undefined) said.set(word, rank)
    }
  }
  const rarestFirst = [...said].sort(([, a], [, b]) => b - a).map(([word]) => word)
  if (rarestFirst.length === 0) throw new Error('The sample is too small to have rare words.')
  return rarestFirst.slice(0, RARE_COUNT)
}
