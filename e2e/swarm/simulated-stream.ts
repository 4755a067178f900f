import type { MessageStreamDirection } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { AbstractStream, type SendResult } from '@libp2p/utils'
import type { Pipe } from './links.ts'

/** As `@libp2p/webrtc` cuts it. */
const CHUNK_BYTES = 16 * 1024

const log = defaultLogger().forComponent('simulated-stream')

/** One end of a stream over two modelled pipes. */
export class SimulatedStream extends AbstractStream {
  /** Told of each frame that is handed to this end. */
  onSent: (frame: Uint8Array) => void = () => undefined
  readonly #out: Pipe
  #unsentBytes = 0
  #remote: SimulatedStream | undefined

  constructor(out: Pipe, init: { protocol: string; direction: MessageStreamDirection }) {
    super({ ...init, id: init.protocol, log, maxMessageSize: CHUNK_BYTES })
    this.#out = out
  }

  static pair(protocol: string, pipes: { out: Pipe; back: Pipe }): [SimulatedStream, SimulatedStream] {
    const ours = new SimulatedStream(pipes.out, { protocol, direction: 'outbound' })
    const theirs = new SimulatedStream(pipes.back, { protocol, direction: 'inbound' })
    ours.#remote = theirs
    theirs.#remote = ours
    return [ours, theirs]
  }

  /** Handed to the wire, and not sent yet. */
  get unsentBytes(): number {
    return this.#unsentBytes
  }

  override send(data: Parameters<AbstractStream['send']>[0]): boolean {
    if (data instanceof Uint8Array) this.onSent(data)
    return super.send(data)
  }

  sendData(data: Parameters<AbstractStream['sendData']>[0]): SendResult {
    // Frames are made for one sending and never written to afterwards, so they need no copy.
    const bytes = data.subarray()
    const canSendMore = this.#send(bytes.byteLength, (remote) => remote.onData(bytes))
    return { sentBytes: bytes.byteLength, canSendMore }
  }

  sendReset(): void {
    this.#send(0, (remote) => remote.onRemoteReset())
  }

  sendCloseWrite(): Promise<void> {
    this.#send(0, (remote) => remote.onRemoteCloseWrite())
    return Promise.resolve()
  }

  sendCloseRead(): Promise<void> {
    return Promise.resolve()
  }

  sendPause(): void {
    // The transport that this stands for has no read back-pressure.
  }

  sendResume(): void {
    // See sendPause.
  }

  #send(bytes: number, act: (remote: SimulatedStream) => void): boolean {
    const deliver = (): void => {
      const remote = this.#remote
      if (remote !== undefined && (remote.status === 'open' || remote.status === 'closing')) act(remote)
    }
    this.#unsentBytes += bytes
    const onSent = (): void => void (this.#unsentBytes -= bytes)
    return this.#out.send({ bytes, deliver, onSent }, () => this.safeDispatchEvent('drain'))
  }
}
