/** coturn on a host of the laboratory’s internet, as an operator runs it beside a keeper. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Host } from './internet.ts'

const PORT = 3478
const STARTED = /listener opened on|Relay ports initialization done/i

export class TurnServer {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** `secret`: what it makes the passwords of those credentials with that keepers give to pages. */
  static async start({ namespace, ipv4 }: Host, secret: string): Promise<TurnServer> {
    const where = ['--listening-ip', ipv4, '--relay-ip', ipv4, '--listening-port', String(PORT)]
    const who = ['--use-auth-secret', '--static-auth-secret', secret, '--realm', 'quire.example']
    const what = ['-n', '--no-cli', '--no-tls', '--no-dtls', '--log-file', 'stdout', '--pidfile', '/dev/null']
    const child = namespace.spawn('turnserver', [...what, ...where, ...who], { stdio: ['ignore', 'pipe', 'inherit'] })
    const { stdout } = child
    if (stdout === null) throw new Error('The TURN server has no output.')
    let said = ''
    for await (const line of createInterface({ input: stdout })) {
      said = `${said}${line}\n`.slice(-4000)
      if (!STARTED.test(line)) continue
      // Keeps the pipe flowing.
      stdout.resume()
      return new TurnServer(`turn:${ipv4}:${PORT}`, child)
    }
    throw new Error(`The TURN server ended before it was open:\n${said}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}
