import type { WakuMessage } from '../../codec/history/waku.ts'
import type { EnvelopeLog } from '../../history/publish/message-source.ts'
import type { NetworkLog } from '../node-parts.ts'

/** What an owner heard and said, on its way to the log that archives are made from; what comes together is written together. */
export class OwnerLog {
  readonly #log: Pick<EnvelopeLog, 'append'>
  readonly #onAppended: () => Promise<void>
  readonly #onFailed: () => Promise<void>
  readonly #report: NetworkLog
  #waiting: WakuMessage[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(components: {
    log: Pick<EnvelopeLog, 'append'>
    onAppended: () => Promise<void>
    /** Messages are missing in the log; those that are kept as live ones have to be noted again. */
    onFailed: () => Promise<void>
    report: NetworkLog
  }) {
    this.#log = components.log
    this.#onAppended = components.onAppended
    this.#onFailed = components.onFailed
    this.#report = components.report
  }

  note(message: WakuMessage): void {
    this.#waiting.push(message)
    if (this.#waiting.length === 1) this.#writing = this.#writing.then(() => this.#write())
  }

  /** Resolves when everything noted so far is written, or failed and was reported. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    const messages = this.#waiting
    this.#waiting = []
    try {
      if ((await this.#log.append(messages)) > 0) await this.#onAppended()
    } catch (error) {
      // They are kept as live messages, too; the replay of the next start notes them again.
      this.#report('warn', 'messages could not be kept for the next archive', { error })
      await this.#onFailed().catch(() => undefined)
    }
  }
}
