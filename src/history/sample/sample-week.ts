/**
 * One week of a sample community, by itself: any week can be made without those before it, and weeks in parallel.
 *
 *   days and hours that people are awake ─▶ bursts of talk in a channel ─▶ chat messages, answers, pictures
 *                                                                     └─▶ reactions, edits, deletions, pins, which no
 *                                                                         amount of messages counts
 */
import { DAY_MS, WEEK_MS } from '../clock.ts'
import { Random } from './random.ts'
import type { SampleInit, SampleMessage } from './sample-message.ts'
import { samplePicture } from './sample-picture.ts'
import { weeklyCounts, weekStartMs } from './sample-plan.ts'
import { sampleText } from './sample-text.ts'

/** How much is said in each hour of a day, UTC: quiet nights, a noon, long evenings. */
const HOURS = [2, 1, 1, 0, 0, 1, 3, 6, 9, 10, 10, 11, 13, 12, 10, 10, 11, 13, 16, 19, 20, 17, 11, 5] as const
const WEEKEND_SHARE = 0.65
const EFFECTS = ['reaction', 'edit', 'delete', 'pin'] as const
/** How many come with a hundred chat messages, about. */
const SHARES = { reaction: 17, edit: 2.4, delete: 1.2, pin: 0.25 } as const
/** After the chat message that they come with; they may be about one before it. */
const EFFECT_WITHIN_MS = 120_000
const PICTURE_PROBABILITY = 0.004
const RECENT = 12

/** In the order of time: as many chat messages as `weeklyCounts` says. The same init and week make the same messages. */
export function sampleWeek(init: SampleInit, week: number): readonly SampleMessage[] {
  const random = new Random(`${init.seed}/week/${week}`)
  const count = weeklyCounts(init)[week] ?? 0
  const messages: SampleMessage[] = []
  const recent = new Map<number, number[]>()
  for (const { kind, channel, atMs } of talkOf(init, { week, count, random })) {
    const places = recent.get(channel) ?? []
    const base = { channel, atMs, person: random.skewed(init.persons) }
    const around = { places, messages, random }
    const message = kind === 'chat' ? nextChat(base, around) : nextEffect(kind, base, around)
    if (message === undefined) continue
    if (kind === 'chat') recent.set(channel, [...places.slice(1 - RECENT), messages.length])
    messages.push(message)
  }
  return messages
}

interface Talk {
  readonly kind: 'chat' | (typeof EFFECTS)[number]
  readonly channel: number
  readonly atMs: number
}

/** Who speaks where and when: people answer each other within minutes, then a channel is quiet again. */
function talkOf(
  init: SampleInit,
  { week, count, random }: { readonly week: number; readonly count: number; readonly random: Random },
): readonly Talk[] {
  const startMs = weekStartMs(init, week)
  const endMs = startMs + WEEK_MS
  const talk: Talk[] = []
  let said = 0
  while (said < count) {
    const channel = random.skewed(init.channels)
    let atMs = startMs + momentOf(startMs, random)
    const length = 1 + random.skewed(24)
    for (let i = 0; i < length && said < count && atMs < endMs; i++) {
      talk.push({ kind: 'chat', channel, atMs: Math.floor(atMs) })
      said++
      for (const kind of EFFECTS) {
        const effectMs = Math.floor(atMs + random.next() * EFFECT_WITHIN_MS)
        if (random.is(SHARES[kind] / 100) && effectMs < endMs) talk.push({ kind, channel, atMs: effectMs })
      }
      atMs += 5000 + random.next() ** 3 * 600_000
    }
  }
  return talk.sort((a, b) => a.atMs - b.atMs || a.channel - b.channel)
}

/** After the week’s start; weekdays and evenings more often. */
function momentOf(startMs: number, random: Random): number {
  for (;;) {
    const moment = random.next() * 7 * DAY_MS
    const date = new Date(startMs + moment)
    const isWeekend = date.getUTCDay() % 6 === 0
    const weight = (HOURS[date.getUTCHours()] ?? 1) * (isWeekend ? WEEKEND_SHARE : 1)
    if (random.next() * 20 < weight) return moment
  }
}

interface Base {
  readonly person: number
  readonly channel: number
  readonly atMs: number
}

interface Around {
  /** Of the last chat messages in the channel. */
  readonly places: readonly number[]
  readonly messages: readonly SampleMessage[]
  readonly random: Random
}

function nextChat(base: Base, { places, random }: Around): SampleMessage {
  const target = places[random.below(places.length)]
  const isAnswer = target !== undefined && random.is(0.45)
  return {
    ...base,
    kind: 'chat',
    text: sampleText(random, { isAnswer }),
    replyTo: isAnswer && random.is(0.6) ? target : undefined,
    image: random.is(PICTURE_PROBABILITY) ? samplePicture(random) : undefined,
  }
}

/** Undefined where nothing was said yet that it could be about. */
function nextEffect(
  kind: (typeof EFFECTS)[number],
  base: Base,
  { places, messages, random }: Around,
): SampleMessage | undefined {
  const target = places[random.below(places.length)]
  if (target === undefined) return undefined
  const author = messages[target]?.person ?? base.person
  switch (kind) {
    case 'reaction':
      return { ...base, kind, target, type: 1 + random.skewed(6) }
    case 'edit':
      return { ...base, kind, person: author, target, text: `${sampleText(random, { isAnswer: false })} (corrected)` }
    case 'delete':
      return { ...base, kind, person: author, target }
    case 'pin':
      return { ...base, kind, target }
  }
}
