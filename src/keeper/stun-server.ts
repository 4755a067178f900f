/**
 * A STUN server: tells whoever asks under which address it is seen, so that browsers find their way through NATs without
 * asking anybody else.
 *
 *   datagram ─ readStunQuestion ─ StunAllowance ─▶ stunAnswer ─▶ back to where it came from
 *
 * It listens on two ports: a browser that is seen under another port by each of them sits behind a symmetric NAT. Answers
 * leave from the socket that the question came to; on a machine with several addresses `--host` should name one.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { QuireError } from '../errors.ts'
import { systemClock } from '../exchange/clock.ts'
import type { KeeperLog } from './log.ts'
import { StunAllowance } from './stun-allowance.ts'
import { readStunQuestion, stunAnswer } from './stun-message.ts'

export interface StunServerInit {
  /** IP address to listen on; “::” takes IPv4 too. */
  readonly host: string
  /** UDP ports; 0 for any free one. */
  readonly ports: readonly number[]
  /** True to take any free port in place of one that is taken. */
  readonly mayMove: boolean
}

export interface StunCounts {
  /** Questions that were answered with an address. */
  readonly answered: number
  /** Questions for more than an address, answered with an error. */
  readonly refused: number
  /** Datagrams that are no Binding request. */
  readonly unreadable: number
  /** Questions beyond the allowance. */
  readonly overLimit: number
}

export class StunServer {
  readonly #log: KeeperLog
  readonly #init: StunServerInit
  readonly #allowance = new StunAllowance(systemClock)
  readonly #sockets: Socket[] = []
  readonly #counts = { answered: 0, refused: 0, unreadable: 0, overLimit: 0 }

  constructor({ log }: { log: KeeperLog }, init: StunServerInit) {
    this.#log = log
    this.#init = init
  }

  /** The ports that it listens on, in the order asked for; empty before the start. */
  get ports(): readonly number[] {
    return this.#sockets.map((socket) => socket.address().port)
  }

  counts(): StunCounts {
    return { ...this.#counts }
  }

  /** Errors: `ERR_PORT_IN_USE`, `ERR_OPTION_INVALID` (no such address). After an error nothing is left open. */
  async start(): Promise<void> {
    try {
      for (const port of this.#init.ports) this.#sockets.push(await this.#open(port))
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const sockets = this.#sockets.splice(0)
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))))
  }

  async #open(port: number): Promise<Socket> {
    const { host, mayMove } = this.#init
    try {
      return await this.#bind(port)
    } catch (cause) {
      if (!isTaken(cause)) {
        const message = `It is not possible to listen on ${host}, UDP port ${port}.`
        throw new QuireError('ERR_OPTION_INVALID', message, { cause })
      }
      if (!mayMove) {
        const message = `UDP port ${port} on ${host} is in use.`
        throw new QuireError('ERR_PORT_IN_USE', message, { cause, details: { port } })
      }
      this.#log.warn({ port }, 'the UDP port for STUN is taken; another one is used')
      return this.#bind(0)
    }
  }

  async #bind(port: number): Promise<Socket> {
    const { host } = this.#init
    const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' })
    socket.on('message', (datagram, from) => this.#answer(socket, datagram, from))
    await new Promise<void>((resolve, reject) => {
      const onError = (error: Error): void => {
        socket.close()
        reject(error)
      }
      socket.once('error', onError)
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', onError)
        resolve()
      })
    })
    socket.on('error', (err) => this.#log.debug({ err }, 'the STUN server’s socket reported an error'))
    return socket
  }

  #answer(socket: Socket, datagram: Buffer, from: RemoteInfo): void {
    const question = readStunQuestion(datagram)
    // Nobody can be answered at port 0, which a forged datagram may name.
    if (question === undefined || from.port === 0) {
      this.#counts.unreadable++
      return
    }
    if (!this.#allowance.take(from.address)) {
      this.#counts.overLimit++
      return
    }
    this.#counts[question.kind === 'binding' ? 'answered' : 'refused']++
    socket.send(stunAnswer(question, from), from.port, from.address, (err) => {
      if (err !== null) this.#log.debug({ err }, 'an answer of the STUN server could not be sent')
    })
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
