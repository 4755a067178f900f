import type { BrowserContext } from '@playwright/test'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LineInit, LineStats } from './delay-line.ts'
import type { FromLine, LineCall, ToLine } from './delay-line-messages.ts'
import { takeTheLine } from './pages/through-line.ts'

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** The harness’s end of a delay line that runs in a process of its own. */
export class Line {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor() {
    this.#child = fork(fileURLToPath(new URL('delay-line-process.mjs', import.meta.url)))
    this.#child.on('message', (message: FromLine) => this.#receive(message))
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The delay line ended.'))
    })
  }

  async configure(init: LineInit): Promise<void> {
    await this.#call({ type: 'configure', init })
  }

  /** Lets every WebRTC connection of the pages that are opened in `context` from now on take the line. */
  async carry(context: BrowserContext): Promise<void> {
    await context.exposeFunction('linePortFor', (address: string, port: number) =>
      this.#call({ type: 'port', address, port }),
    )
    await context.addInitScript(takeTheLine)
  }

  async stats(): Promise<LineStats> {
    // The other end answers each call with what its type says.
    return (await this.#call({ type: 'stats' })) as LineStats
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill()
    await exited
  }

  #call(call: LineCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1
      const message: ToLine = { id: this.#lastId, call }
      this.#waiting.set(message.id, { resolve, reject })
      this.#child.send(message)
    })
  }

  #receive(message: FromLine): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('failure' in message) waiting?.reject(new Error(message.failure))
    else waiting?.resolve(message.answer)
  }
}
