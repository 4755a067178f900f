/**
 * What a person does with messages, and what went wrong with it:
 *
 *   menu, composer ─▶ MessageActions ─▶ HistoryApi        failures ─▶ `failure`, shown above the composer
 *
 * A deletion waits a few seconds for an undo before it is sent: what was sent cannot be called back.
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { CommunityId, MessageId, MessageView, ReactionView } from '../../../rpc/history-api.ts'
import type { TimelineHost } from './timeline-host.ts'

/** How long a deletion can be undone. */
export const UNDO_MS = 8000

/** The reactions of Status, `type` 1 to 6. */
export const REACTIONS: readonly { readonly type: number; readonly emoji: string; readonly name: string }[] = [
  { type: 1, emoji: '❤️', name: 'Love' },
  { type: 2, emoji: '👍', name: 'Thumbs up' },
  { type: 3, emoji: '👎', name: 'Thumbs down' },
  { type: 4, emoji: '😂', name: 'Laughing' },
  { type: 5, emoji: '😢', name: 'Sad' },
  { type: 6, emoji: '😠', name: 'Angry' },
]

/** What the composer is about. */
export type Writing =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly to: MessageView }
  | { readonly kind: 'edit'; readonly message: MessageView }

export interface Failure {
  readonly title: string
  readonly error: ErrorView
}

export class MessageActions {
  readonly #host: TimelineHost
  readonly #communityId: CommunityId
  readonly #failure = signal<Failure | undefined>(undefined)
  readonly #leaving = signal<ReadonlyMap<MessageId, () => void>>(new Map())
  readonly #writing = signal<Writing>({ kind: 'new' })

  constructor(host: TimelineHost, communityId: CommunityId) {
    this.#host = host
    this.#communityId = communityId
  }

  get failure(): ReadonlySignal<Failure | undefined> {
    return this.#failure
  }

  /** Messages that are deleted unless that is undone. */
  get leaving(): ReadonlySignal<ReadonlyMap<MessageId, unknown>> {
    return this.#leaving
  }

  get writing(): ReadonlySignal<Writing> {
    return this.#writing
  }

  /** False where the place that shows this timeline lets nobody write; what writes is not offered there. */
  get isWritable(): boolean {
    return this.#host.gate?.state.value !== 'denied'
  }

  reply(to: MessageView): void {
    if (this.#mayWrite()) this.#writing.value = { kind: 'reply', to }
  }

  edit(message: MessageView): void {
    if (this.#mayWrite()) this.#writing.value = { kind: 'edit', message }
  }

  writeNew(): void {
    this.#writing.value = { kind: 'new' }
  }

  async react(message: MessageView, type: number): Promise<boolean> {
    if (!this.#mayWrite()) return false
    const before = message.reactions.find((reaction: ReactionView) => reaction.type === type)
    const reaction = { type, isRetracted: before?.isOwn === true }
    return this.run('The reaction was not sent', (api) => api.react(this.#communityId, message.id, reaction))
  }

  async pin({ id, isPinned }: MessageView): Promise<boolean> {
    if (!this.#mayWrite()) return false
    const title = isPinned ? 'Still pinned' : 'Not pinned'
    return this.run(title, (api) => api.pin(this.#communityId, id, !isPinned))
  }

  async copy(text: string, what: string): Promise<void> {
    const isDone = await this.run('Not copied', () => this.#host.copyText(text))
    if (isDone) this.#host.announce(`${what} copied.`)
  }

  /** Deletes after a while; `undoRemove` prevents it. */
  remove({ id }: MessageView): void {
    if (!this.#mayWrite() || this.#leaving.peek().has(id)) return
    const cancel = this.#host.later(() => void this.#removeNow(id), UNDO_MS)
    this.#leaving.value = new Map(this.#leaving.peek()).set(id, cancel)
    this.#host.announce('Message deleted. It can be undone for a few seconds.')
  }

  undoRemove(id: MessageId): void {
    this.#leaving.peek().get(id)?.()
    this.#forget(id)
    this.#host.announce('The message is back.')
  }

  /** Runs a call and shows its failure; resolves with whether it went well. */
  async run(title: string, call: (api: TimelineHost['api']) => Promise<unknown>): Promise<boolean> {
    try {
      await call(this.#host.api)
      return true
    } catch (error) {
      this.#failure.value = { title, error: viewOfError(error) }
      return false
    }
  }

  dismissFailure(): void {
    this.#failure.value = undefined
  }

  /** The reader goes elsewhere: what waits for an undo is deleted now. */
  stop(): void {
    for (const [id, cancel] of this.#leaving.peek()) {
      cancel()
      void this.#removeNow(id)
    }
  }

  /** Asks the person where that is to be asked; whoever agrees presses again. */
  #mayWrite(): boolean {
    const { gate } = this.#host
    const state = gate?.state.peek() ?? 'allowed'
    if (state === 'asked') gate?.ask()
    return state === 'allowed'
  }

  async #removeNow(id: MessageId): Promise<void> {
    await this.run('Not deleted', (api) => api.remove(this.#communityId, id))
    this.#forget(id)
  }

  #forget(id: MessageId): void {
    const leaving = new Map(this.#leaving.peek())
    leaving.delete(id)
    this.#leaving.value = leaving
  }
}
