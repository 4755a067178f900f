/** The community that a seed makes: its name, its channels, its people, and how many messages each week has. */
import { WEEK_MS } from '../clock.ts'
import { Random } from './random.ts'
import type { SampleInit, SamplePlan } from './sample-message.ts'

const TOPICS = [
  'general',
  'introductions',
  'announcements',
  'binding',
  'paper',
  'printing',
  'type',
  'reading',
  'translations',
  'atlases',
  'garden',
  'tools',
  'repairs',
  'lending',
  'trips',
  'meetings',
  'photographs',
  'recipes',
  'music',
  'help',
] as const
const CATEGORIES = ['Commons', 'Craft', 'Reading', 'Outdoors', 'Organisation'] as const
const EMOJIS = ['📚', '🪡', '📰', '🌿', '🧰', '🖋️', '🗺️', '📷'] as const
const FIRST = [
  'Ana',
  'Ben',
  'Chidi',
  'Dora',
  'Emil',
  'Fatima',
  'Goran',
  'Hana',
  'Ines',
  'Jonas',
  'Kaya',
  'Liam',
  'Mira',
  'Noor',
  'Oskar',
  'Priya',
  'Quentin',
  'Rosa',
  'Samir',
  'Tove',
  'Uma',
  'Viktor',
  'Wanda',
  'Yuki',
  'Zoe',
] as const
const LAST = [
  'Almeida',
  'Berg',
  'Costa',
  'Dahl',
  'Engel',
  'Farouk',
  'Grieg',
  'Hassan',
  'Ito',
  'Jansen',
  'Kowal',
  'Lind',
  'Moreau',
  'Novak',
  'Okafor',
  'Petrov',
  'Quist',
  'Rossi',
  'Sato',
  'Tran',
] as const

export function samplePlan({ seed, channels, persons }: SampleInit): SamplePlan {
  const random = new Random(`${seed}/plan`)
  const categories = CATEGORIES.map((name) => ({ id: uuid(random), name }))
  return {
    name: 'The Gathering',
    description: 'Bookbinders, gardeners and readers. A sample community, made by a generator.',
    color: '#a63d2f',
    categories,
    channels: Array.from({ length: channels }, (_, i) => {
      const topic = TOPICS[i % TOPICS.length] ?? 'general'
      const round = Math.floor(i / TOPICS.length)
      return {
        uuid: uuid(random),
        name: round === 0 ? topic : `${topic}-${round + 1}`,
        description: `All about ${topic}.`,
        emoji: random.pick(EMOJIS),
        categoryId: categories[i % categories.length]?.id ?? '',
      }
    }),
    personNames: Array.from({ length: persons }, () => `${random.pick(FIRST)} ${random.pick(LAST)}`),
  }
}

/** How many chat messages each week has, oldest first: it grows, has seasons and busy weeks, and sums up to `messages`. */
export function weeklyCounts({ seed, messages, weeks }: SampleInit): readonly number[] {
  const random = new Random(`${seed}/weeks`)
  const weights = Array.from({ length: weeks }, (_, week) => {
    const growth = 0.35 + (0.65 * (week + 1)) / weeks
    const season = 1 + 0.25 * Math.sin((2 * Math.PI * week) / 52)
    return growth * season * (0.75 + 0.5 * random.next()) * (random.is(0.04) ? 2.5 : 1)
  })
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let passed = 0
  let given = 0
  return weights.map((weight) => {
    passed += weight
    const count = Math.round((messages * passed) / sum) - given
    given += count
    return count
  })
}

/** Week 0 is the oldest. */
export function weekStartMs({ weeks, endMs }: SampleInit, week: number): number {
  return endMs - (weeks - week) * WEEK_MS
}

function uuid(random: Random): string {
  const digit = (): string => random.below(16).toString(16)
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replaceAll('x', digit)
}
