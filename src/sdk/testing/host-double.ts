import type { QuireError } from '../../errors.ts'
import type { NodeApi } from '../../rpc/api.ts'
import type { NodeHost } from '../node-host.ts'

/** A host that a test opens, fails and ends; its node is `api`. */
export class HostDouble implements NodeHost {
  opened = 0
  closed = 0
  lose: (reason: QuireError) => void = () => undefined
  /** What `open` waits for; a rejection is what fails it. */
  opening: Promise<void> = Promise.resolve()
  readonly #api: NodeApi

  constructor(api: NodeApi = silentNode()) {
    this.#api = api
  }

  async open({ signal, onLost }: Parameters<NodeHost['open']>[0]): Promise<NodeApi> {
    this.opened++
    this.lose = onLost
    const aborted = Promise.withResolvers<never>()
    signal?.addEventListener('abort', () => aborted.reject(signal.reason))
    await Promise.race([this.opening, aborted.promise])
    return this.#api
  }

  async close(): Promise<void> {
    this.closed++
  }
}

/** A node that answers nothing but what `answers` has. */
export function silentNode(answers: Partial<NodeApi> = {}): NodeApi {
  const silent = (known: object): object =>
    new Proxy(known, {
      get: (target, name) => {
        // It is no promise.
        if (name === 'then') return undefined
        return Reflect.get(target, name) ?? (() => new Promise(() => undefined))
      },
    })
  return silent({ history: silent({}), ...answers }) as NodeApi
}
