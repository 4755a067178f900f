import { serveWebRtc } from '../page.ts'
import type { ServeWebRtcOptions, WebRtcPageHalf } from '../page.ts'
import type { FromPeer, PeerCommand, PeerReply, Signal, ToPeer } from './peer-commands.ts'

/** A worker with a page half of its own, driven by commands. */
export class TestPeer {
  readonly pageHalf: WebRtcPageHalf
  readonly #worker: Worker
  readonly #replies = new Map<number, { resolve: (reply: PeerReply) => void; reject: (error: Error) => void }>()
  #lastId = 0
  #sendSignal: (signal: Signal) => void = () => undefined

  private constructor(worker: Worker, port: MessagePort, options: ServeWebRtcOptions) {
    this.#worker = worker
    this.pageHalf = serveWebRtc(port, options)
    worker.addEventListener('message', ({ data }: MessageEvent<FromPeer>) => this.#receive(data))
  }

  static start(options: ServeWebRtcOptions = {}): Promise<TestPeer> {
    const worker = new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module' })
    return new Promise((resolve, reject) => {
      worker.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true })
      worker.addEventListener(
        'message',
        ({ data }: MessageEvent<FromPeer>) => {
          if (data.kind === 'port') {
            resolve(new TestPeer(worker, data.port, options))
          }
        },
        { once: true },
      )
    })
  }

  /** Two peers that hear each other's signals and have the channel `data` open between them. */
  static async pair(options: ServeWebRtcOptions = {}): Promise<[TestPeer, TestPeer]> {
    const [caller, callee] = await Promise.all([TestPeer.start(options), TestPeer.start(options)])
    TestPeer.connectSignals(caller, callee)
    await Promise.all([
      callee.perform({ type: 'connect', role: 'callee' }),
      caller.perform({ type: 'connect', role: 'caller' }),
    ])
    return [caller, callee]
  }

  static connectSignals(caller: TestPeer, callee: TestPeer): void {
    caller.#sendSignal = (signal) => callee.#post({ kind: 'signal', signal })
    callee.#sendSignal = (signal) => caller.#post({ kind: 'signal', signal })
  }

  perform(command: PeerCommand): Promise<PeerReply> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1
      this.#replies.set(this.#lastId, { resolve, reject })
      this.#post({ kind: 'command', id: this.#lastId, command })
    })
  }

  /** Ends the worker without a word, as a crash would. */
  terminate(): void {
    this.#worker.terminate()
  }

  stop(): void {
    this.pageHalf.stop()
    this.#worker.terminate()
  }

  #receive(message: FromPeer): void {
    if (message.kind === 'signal') {
      this.#sendSignal(message.signal)
    } else if (message.kind === 'reply') {
      this.#replies.get(message.id)?.resolve(message.reply)
    } else if (message.kind === 'failure') {
      this.#replies.get(message.id)?.reject(new Error(message.message))
    }
  }

  #post(message: ToPeer): void {
    this.#worker.postMessage(message)
  }
}
