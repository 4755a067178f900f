import type { MessageStreamDirection } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { AbstractStream, type SendResult } from '@libp2p/utils'

/** As `@libp2p/webrtc` cuts it. */
const CHUNK_BYTES = 16 * 1024

let streamCount = 0

/** One end of a stream pair in memory: libp2p’s own stream class, with each chunk delivered in a later turn. */
export class MemoryStream extends AbstractStream {
  /** While true the transport takes no bytes, as a peer that never reads makes it. */
  isStalled = false
  #remote: MemoryStream | undefined

  constructor(protocol: string, direction: MessageStreamDirection) {
    const id = `${streamCount++}`
    const log = defaultLogger().forComponent(`memory-stream:${id}`)
    super({ id, protocol, direction, log, maxMessageSize: CHUNK_BYTES })
  }

  static pair(protocol: string): [MemoryStream, MemoryStream] {
    const ours = new MemoryStream(protocol, 'outbound')
    const theirs = new MemoryStream(protocol, 'inbound')
    ours.#remote = theirs
    theirs.#remote = ours
    return [ours, theirs]
  }

  sendData(data: Parameters<AbstractStream['sendData']>[0]): SendResult {
    if (this.isStalled) return { sentBytes: 0, canSendMore: false }
    const bytes = data.slice()
    this.#later((remote) => remote.onData(bytes))
    return { sentBytes: bytes.byteLength, canSendMore: true }
  }

  sendReset(): void {
    this.#later((remote) => remote.onRemoteReset())
  }

  sendCloseWrite(): Promise<void> {
    this.#later((remote) => remote.onRemoteCloseWrite())
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

  #later(act: (remote: MemoryStream) => void): void {
    setImmediate(() => {
      const remote = this.#remote
      if (remote !== undefined && (remote.status === 'open' || remote.status === 'closing')) act(remote)
    })
  }
}
