/** What the person in front of this browser said to host pages, kept in the widget’s own origin, where hosts cannot reach it. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { countOf, fieldOf, oneOf } from './parse-parts.ts'
import { RIGHTS } from './protocol.ts'
import type { Right } from './protocol.ts'

export type Answer = 'allowed' | 'denied'
/** Of one host page; a right that was not asked for is absent. */
export type HostAnswers = Readonly<Partial<Record<Right, Answer>>>

export type AnswerStorage = Pick<Storage, 'getItem' | 'setItem'>

interface Kept {
  readonly answers: HostAnswers
  readonly atMs: number
}

const STORAGE_KEY = 'quire-widget-hosts'
/** Those that answered longest ago go first. */
const MAX_HOSTS = 500
const MAX_ORIGIN_CHARACTERS = 300

export class KeptAnswers {
  readonly #storage: () => AnswerStorage
  readonly #now: () => number
  readonly #hosts

  /** `storage` is a function, as a browser that forbids storage throws when it is only named; answers then last as long as the page. */
  constructor(storage: () => AnswerStorage, now: () => number = Date.now) {
    this.#storage = storage
    this.#now = now
    this.#hosts = signal(this.#read())
  }

  /** By origin, the newest answer first. */
  get hosts(): ReadonlySignal<ReadonlyMap<string, Kept>> {
    return this.#hosts
  }

  of(origin: string): HostAnswers {
    return this.#hosts.value.get(origin)?.answers ?? {}
  }

  keep(origin: string, right: Right, answer: Answer): void {
    const answers = { ...this.#current().get(origin)?.answers, [right]: answer }
    this.#write(new Map(this.#current()).set(origin, { answers, atMs: this.#now() }))
  }

  /** The host page is asked for again: what it was allowed, and what it was denied. */
  forget(origin: string, right?: Right): void {
    const hosts = new Map(this.#current())
    const { [right ?? 'read']: _gone, ...others } = hosts.get(origin)?.answers ?? {}
    if (right === undefined || Object.keys(others).length === 0) hosts.delete(origin)
    else hosts.set(origin, { answers: others, atMs: this.#now() })
    this.#write(hosts)
  }

  /** Another widget of this browser kept or took back an answer. */
  refresh(): void {
    this.#hosts.value = this.#read()
  }

  /** Another widget may have written since. */
  #current(): ReadonlyMap<string, Kept> {
    this.refresh()
    return this.#hosts.peek()
  }

  #write(hosts: ReadonlyMap<string, Kept>): void {
    const newest = [...hosts].toSorted(([, a], [, b]) => b.atMs - a.atMs).slice(0, MAX_HOSTS)
    this.#hosts.value = new Map(newest)
    try {
      this.#storage().setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(newest)))
    } catch {
      // Storage may be closed or full: the answer then lasts as long as the page.
    }
  }

  #read(): ReadonlyMap<string, Kept> {
    let text: string | null
    try {
      text = this.#storage().getItem(STORAGE_KEY)
    } catch {
      return this.#hosts?.peek() ?? new Map()
    }
    try {
      return text === null ? new Map() : parseHosts(JSON.parse(text))
    } catch {
      // What cannot be read allows nothing.
      return new Map()
    }
  }
}

function parseHosts(value: unknown): ReadonlyMap<string, Kept> {
  if (typeof value !== 'object' || value === null) return new Map()
  const rows = Object.entries(value)
    .slice(0, MAX_HOSTS)
    .filter(([origin]) => origin.length <= MAX_ORIGIN_CHARACTERS)
  return new Map(rows.map(([origin, row]) => [origin, parseKept(row)]))
}

function parseKept(row: unknown): Kept {
  const given = fieldOf(row, 'answers')
  const answers: Partial<Record<Right, Answer>> = {}
  for (const right of RIGHTS) {
    const answer = oneOf(['allowed', 'denied'], fieldOf(given, right))
    if (answer !== undefined) answers[right] = answer
  }
  return { answers, atMs: countOf(fieldOf(row, 'atMs')) ?? 0 }
}
