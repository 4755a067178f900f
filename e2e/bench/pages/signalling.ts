/** What two pages tell each other to connect. */
export interface Signal {
  /** The room in which one fetch is talked over. */
  readonly session?: string
  readonly description?: RTCSessionDescriptionInit | undefined
  readonly candidate?: RTCIceCandidateInit | null
}

/** A room on the page server: what one says, all others hear. */
export class Signalling {
  readonly #socket: WebSocket
  readonly #joined = Promise.withResolvers<void>()
  #listener: (signal: Signal) => Promise<void> = () => Promise.resolve()
  #inOrder: Promise<void> = Promise.resolve()

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => this.#receive(data))
  }

  static join(room: string): Promise<Signalling> {
    const socket = new WebSocket(`ws://${location.host}/signal/${room}`)
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(new Signalling(socket)))
      socket.addEventListener('error', () => reject(new Error('The page server takes no signals.')))
    })
  }

  /** Called for each signal after it is done with the one before. */
  onMessage(listener: (signal: Signal) => Promise<void>): void {
    this.#listener = listener
  }

  /** Resolves when somebody else is in the room. */
  othersJoined(): Promise<void> {
    return this.#joined.promise
  }

  send(signal: Signal): void {
    this.#socket.send(JSON.stringify(signal))
  }

  close(): void {
    this.#socket.close()
  }

  #receive(text: string): void {
    if (text === 'joined') {
      this.#joined.resolve()
      return
    }
    // The page server passes on what `send` wrote.
    const signal = JSON.parse(text) as Signal
    this.#inOrder = this.#inOrder.then(() => this.#listener(signal))
  }
}
