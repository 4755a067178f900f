/**
 * One week of a sample community, by itself: any week can be made without those before it, and weeks in parallel.
 *
 *   days and hours that people are awake ─▶ bursts of talk in a channel ─▶ messages, answers, pictures
 *                                                                     └─▶ reactions, edits, deletions, pins
 */
import { Random } from './random.ts'
import type { SampleInit, SampleMessage } from './sample-message.ts'
import { samplePicture } from './sample-picture.ts'
import { weeklyCounts, weekStartMs } from './sample-plan.ts'
import { sampleText } from './sample-text.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How much is said in each hour of a day, UTC: quiet nights, a noon, long evenings. */
const HOURS = [2, 1, 1, 0, 0, 1, 3, 6, 9, 10, 10, 11, 13, 12, 10, 10, 11, 13, 16, 19, 20, 17, 11, 5] as const
const WEEKEND_SHARE = 0.65
/** Of a hundred messages that are counted. */
const SHARES = { reaction: 14, edit: 2, delete: 1, pin: 0.2 } as const
const PICTURE_PROBABILITY = 0.004
const RECENT = 12

/** In the order of time. The same init and week make the same messages. */
export function sampleWeek(init: SampleInit, week: number): readonly SampleMessage[] {
  const random = new Random(`${init.seed}/week/${week}`)
  const count = weeklyCounts(init)[week] ?? 0
  const talk = talkOf(init, { week, count, random })
  const messages: SampleMessage[] = []
  const recent = new Map<number, number[]>()
  for (const { channel, atMs } of talk) {
    const places = recent.get(channel) ?? []
    const message = nextMessage({ channel, atMs, person: random.skewed(init.persons) }, { places, messages, random })
    if (message.kind === 'chat') recent.set(channel, [...places.slice(1 - RECENT), messages.length])
    messages.push(message)
  }
  return messages
}

interface Talk {
  readonly channel: number
  readonly atMs: number
}

/** Who speaks where and when: people answer each other within minutes, then a channel is quiet again. */
function talkOf(
  init: SampleInit,
  { week, count, random }: { readonly week: number; readonly count: number; readonly random: Random },
): readonly Talk[] {
  const startMs = weekStartMs(init, week)
  const endMs = startMs + 7 * DAY_MS
  const talk: Talk[] = []
  while (talk.length < count) {
    const channel = random.skewed(init.channels)
    let atMs = startMs + momentOf(startMs, random)
    const length = 1 + random.skewed(24)
    for (let i = 0; i < length && talk.length < count && atMs < endMs; i++) {
      talk.push({ channel, atMs: Math.floor(atMs) })
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

interface Around {
  /** Of the last messages in the channel. */
  readonly places: readonly number[]
  readonly messages: readonly SampleMessage[]
  readonly random: Random
}

function nextMessage(base: { person: number; channel: number; atMs: number }, around: Around): SampleMessage {
  const { places, messages, random } = around
  const target = places[random.below(places.length)]
  if (target !== undefined) {
    const roll = random.next() * 100
    if (roll < SHARES.reaction) return { ...base, kind: 'reaction', target, type: 1 + random.skewed(6) }
    const author = messages[target]?.person ?? base.person
    if (roll < SHARES.reaction + SHARES.edit) {
      return {
        ...base,
        person: author,
        kind: 'edit',
        target,
        text: `${sampleText(random, { isAnswer: false })} (corrected)`,
      }
    }
    if (roll < SHARES.reaction + SHARES.edit + SHARES.delete) return { ...base, person: author, kind: 'delete', target }
    if (roll < SHARES.reaction + SHARES.edit + SHARES.delete + SHARES.pin) return { ...base, kind: 'pin', target }
  }
  const isAnswer = target !== undefined && random.is(0.45)
  return {
    ...base,
    kind: 'chat',
    text: sampleText(random, { isAnswer }),
    replyTo: isAnswer && random.is(0.6) ? target : undefined,
    image: random.is(PICTURE_PROBABILITY) ? samplePicture(random) : undefined,
  }
}
