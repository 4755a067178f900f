/**
 * What the host page may do now: the site’s word first, then the person’s.
 *
 *   HostPolicy (host-policy.ts) “allowed” or “denied” ──▶ that       “asked” ──▶ what the person said (kept-answers.ts)
 *   ask(right) ──▶ question (shown by consent.tsx) ──▶ answer ──▶ kept where the person says so
 */
import { computed, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { isNamed, policyFor } from './host-policy.ts'
import type { HostPolicy } from './host-policy.ts'
import type { Answer, KeptAnswers } from './kept-answers.ts'
import { RIGHTS } from './protocol.ts'
import type { Decision, Right, Rights } from './protocol.ts'

/** What the person is asked, while they are asked. */
export interface Question {
  /** Each has one of its own. */
  readonly number: number
  readonly right: Right
  /** Names of what is to be added, where it is about that. */
  readonly subject: readonly string[]
  readonly answer: (answer: { readonly isAllowed: boolean; readonly isKept: boolean }) => void
}

export interface HostRightsInit {
  /** Undefined for an iframe without a host that speaks to it. */
  readonly origin: string | undefined
  readonly policy: HostPolicy
}

export class HostRights {
  readonly origin: string | undefined
  readonly rights: ReadonlySignal<Rights>
  /** What the person may take back or give, the site’s own word left aside. */
  readonly answerable: readonly Right[]
  readonly #question = signal<Question | undefined>(undefined)
  readonly #answers: KeptAnswers
  #asked = 0
  #turn: Promise<unknown> = Promise.resolve()
  /** Said for as long as this page is open. */
  readonly #forNow = signal<Readonly<Partial<Record<Right, Answer>>>>({})

  constructor(answers: KeptAnswers, { origin, policy }: HostRightsInit) {
    this.#answers = answers
    this.origin = origin
    const site = policyFor(policy, origin)
    this.answerable = RIGHTS.filter((right) => site[right] === 'asked')
    let last = site
    this.rights = computed(() => {
      const now = {
        read: this.#decide('read', site.read),
        upload: this.#decide('upload', site.upload),
        publish: this.#decide('publish', site.publish),
      }
      // Whoever follows it hears of changes alone.
      if (RIGHTS.some((right) => now[right] !== last[right])) last = now
      return last
    })
  }

  get question(): ReadonlySignal<Question | undefined> {
    return this.#question
  }

  /** Whether an answer can be kept: for a host page that has a name. */
  get isKeepable(): boolean {
    return this.origin !== undefined && isNamed(this.origin)
  }

  /** True where it is allowed, now or already; false where it is not. One question is asked at a time, the others wait. */
  ask(right: Right, subject: readonly string[] = []): Promise<boolean> {
    const turn = this.#turn.then(() => this.#askNow(right, subject))
    this.#turn = turn
    return turn
  }

  /** Keeps an answer, where one can be kept; for as long as this page is open in any case. */
  set(right: Right, answer: Answer): void {
    this.#forNow.value = { ...this.#forNow.peek(), [right]: answer }
    if (this.origin !== undefined && this.isKeepable) this.#answers.keep(this.origin, right, answer)
  }

  /** The person is asked again the next time. */
  takeBack(right: Right): void {
    const { [right]: _gone, ...others } = this.#forNow.peek()
    this.#forNow.value = others
    if (this.origin !== undefined) this.#answers.forget(this.origin, right)
  }

  async #askNow(right: Right, subject: readonly string[]): Promise<boolean> {
    const decision = this.rights.peek()[right]
    if (decision !== 'asked') return decision === 'allowed'
    const { isAllowed, isKept } = await new Promise<{ isAllowed: boolean; isKept: boolean }>((resolve) => {
      this.#question.value = { number: ++this.#asked, right, subject, answer: resolve }
    })
    this.#question.value = undefined
    if (isKept) this.set(right, isAllowed ? 'allowed' : 'denied')
    // What is shown or written goes on while this page is open; each portion of files is a question of its own.
    else if (isAllowed && right !== 'upload') this.#forNow.value = { ...this.#forNow.peek(), [right]: 'allowed' }
    return isAllowed
  }

  #decide(right: Right, site: Decision): Decision {
    if (site !== 'asked') return site
    const kept = this.origin === undefined || !this.isKeepable ? {} : this.#answers.of(this.origin)
    return kept[right] ?? this.#forNow.value[right] ?? 'asked'
  }
}
