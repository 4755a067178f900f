/** Plausible chatter from a seed, for communities that exist in tests and the gallery alone. */

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(random: () => number, from: readonly [T, ...T[]]): T {
  return from[Math.floor(random() * from.length)] ?? from[0]
}

const SUBJECTS = [
  'The press',
  'My copy',
  'The new thread',
  'Our stall',
  'The glue',
  'Folio two',
  'That paper',
  'The kettle',
] as const
const VERBS = [
  'arrived',
  'looks better than I hoped',
  'needs another day',
  'is at the workshop',
  'came out crooked',
  'dries slowly',
  'went missing again',
  'holds well',
] as const
const ENDS = [
  'since Tuesday.',
  'after all that rain.',
  'if anyone wants to see it.',
  'as Ines said it would.',
  'and I am rather pleased.',
  'so I start over tomorrow.',
  'in case you wondered.',
  'which nobody expected.',
] as const
const SHORT = [
  'Thank you',
  'Agreed.',
  'Beautiful work',
  'On my way',
  'Who has the key?',
  'Ha, yes',
  'Same here',
  'What time?',
  'No idea, sorry.',
  '👏',
  'I will bring the awl',
] as const
const RICH = [
  'The order is **fold, nip, sew, glue** and never the other way round.',
  'See https://en.wikipedia.org/wiki/Coptic_binding for the stitch that we mean.',
  '```\nfor section in sections:\n    fold(section)\n    punch(section, holes=5)\n```',
  'Set `margin: 24mm` and print a test page first.',
  '> never cut against the grain\nThat was the best advice of the year.',
  'What we need:\n- linen thread, 18/3\n- two boards\n- patience',
] as const

/** One message’s text: mostly short sentences, some with marks, now and then a long one. */
export function chatter(random: () => number): string {
  const kind = random()
  if (kind < 0.28) return pick(random, SHORT)
  if (kind < 0.34) return pick(random, RICH)
  const count = kind > 0.96 ? 7 : 1 + Math.floor(random() * 2.4)
  return Array.from(
    { length: count },
    () => `${pick(random, SUBJECTS)} ${pick(random, VERBS)} ${pick(random, ENDS)}`,
  ).join(' ')
}
