/** A real keeper on a host of the laboratory’s internet. */
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Host } from './internet.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PORT = 9410
const TCP_PORT = 9411

export class LabKeeper {
  readonly #host: Host
  readonly #dataDir: string
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  #peerId = ''

  private constructor(host: Host, init: { dataDir: string; args: readonly string[] }) {
    this.#host = host
    this.#dataDir = init.dataDir
    this.#args = init.args
  }

  /** `args` beside those that every keeper here has. */
  static async start(host: Host, init: { dataDir: string; args?: readonly string[] }): Promise<LabKeeper> {
    const keeper = new LabKeeper(host, { args: [], ...init })
    await keeper.#spawn()
    return keeper
  }

  /** Of the page, for somebody who has that family of addresses. */
  url(family: 4 | 6): string {
    return family === 4 ? `http://${this.#host.ipv4}:${PORT}` : `http://[${this.#host.ipv6}]:${PORT}`
  }

  /** For other keepers. */
  get tcpAddress(): string {
    return `/ip4/${this.#host.ipv4}/tcp/${TCP_PORT}/p2p/${this.#peerId}`
  }

  /** Bytes that flowed through relayed circuits since the process started, both directions. */
  async relayedBytes(): Promise<number> {
    const text = await this.get('/metrics')
    const lines = text.split('\n').filter((line) => line.startsWith('quire_relay_bytes_total'))
    if (lines.length === 0) throw new Error('The keeper’s metrics hold no quire_relay_bytes_total.')
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** Peers that have a reservation now. */
  async reservations(): Promise<number> {
    const line = (await this.get('/metrics')).split('\n').find((line) => line.startsWith('quire_relay_reservations '))
    if (line === undefined) throw new Error('The keeper’s metrics hold no quire_relay_reservations.')
    return Number(line.split(' ').at(-1))
  }

  /** Asked from its own host, as nothing leads into the laboratory from outside. */
  get(path: string): Promise<string> {
    const program = `fetch(process.argv[1]).then((answer) => answer.text()).then((text) => process.stdout.write(text))`
    return this.#host.namespace.run(process.execPath, ['-e', program, `${this.url(4)}${path}`])
  }

  /** Ends the process as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  /** The same keeper again: same addresses, same key, same data. */
  async restart(): Promise<void> {
    await this.kill()
    await this.#spawn()
  }

  async #spawn(): Promise<void> {
    const { namespace, ipv4, ipv6 } = this.#host
    const ports = ['--host', '::', '--port', String(PORT), '--tcp-port', String(TCP_PORT)]
    // As an operator says it: otherwise others are told of the loopback, too, and try it first.
    const announced = [`/ip4/${ipv4}`, `/ip6/${ipv6}`].flatMap((ip) => [
      `${ip}/tcp/${PORT}/ws`,
      `${ip}/tcp/${TCP_PORT}`,
    ])
    const announce = announced.flatMap((address) => ['--announce', address])
    const data = ['--data-dir', this.#dataDir, '--app-dir', join(ROOT, 'dist', 'app')]
    const program = join(ROOT, 'dist', 'node', 'cli.js')
    const child = namespace.spawn(
      process.execPath,
      [program, 'keeper', ...ports, ...announce, ...data, ...this.#args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#child = child
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)))
    const { stdout } = child
    if (stdout === null) throw new Error('The keeper has no output.')
    for await (const line of createInterface({ input: stdout })) {
      said = `${said}${line}\n`.slice(-4000)
      const peerId = /^Peer (\w+)/.exec(line)?.[1]
      if (peerId === undefined) continue
      this.#peerId = peerId
      // Keeps the pipe flowing; what it says later is nobody’s concern.
      stdout.resume()
      return
    }
    throw new Error(`The keeper ended before it was open:\n${said}`)
  }
}
