import type { ClientRequest, IncomingMessage } from 'node:http'
import type { AbortOptions } from '../store/block-store.ts'
import { answerTo, textOf } from './keeper-request.ts'

/** The body of an upload on its way to a keeper: written piece by piece, stopped as soon as the keeper refuses. */
export class UploadBody {
  readonly #request: ClientRequest
  readonly #answer: Promise<IncomingMessage>
  readonly #leave: Promise<void>
  #failure: { readonly error: unknown } | undefined
  #wake = (): void => undefined

  /** `request` has its headers, “Expect: 100-continue” among them, and nothing was written yet. */
  constructor(request: ClientRequest, options: AbortOptions) {
    this.#request = request
    this.#leave = new Promise((resolve) => request.once('continue', resolve))
    this.#answer = answerTo(request, options)
    this.#answer.catch((error: unknown) => {
      this.#failure = { error }
      this.#wake()
    })
    request.on('drain', () => this.#wake())
    // Node holds headers back until the first byte of the body, which waits for the answer to them.
    request.flushHeaders()
  }

  /** Resolves once the keeper takes the body, rejects with its refusal. */
  async ready(): Promise<void> {
    await Promise.race([this.#leave, this.#answer])
  }

  /** Resolves when there is room for the next piece; rejects with the keeper’s refusal, as soon as it is here. */
  async write(piece: Uint8Array): Promise<void> {
    this.#throwIfRefused()
    if (this.#request.write(piece)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#throwIfRefused()
  }

  /** Ends the body; gives the keeper’s answer. */
  async finish(): Promise<string> {
    this.#request.end()
    return (await textOf(await this.#answer)).trim()
  }

  cancel(): void {
    this.#request.destroy()
  }

  #throwIfRefused(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
