import type { NodeClient } from '../rpc/client.ts'
import type { ClientSlot } from './client-slot.ts'

/** Whether a call may be asked again of the next node where the last one went before it answered. */
export type Repeat = 'again' | 'once'

/** The methods that `rows` names, each asked of whichever node there is. */
export function lastingCalls<Api, Name extends keyof Api & string>(
  rows: Readonly<Record<Name, Repeat>>,
  slot: ClientSlot,
  of: (client: NodeClient) => Pick<Api, Name>,
): Pick<Api, Name> {
  const calls: Record<string, unknown> = {}
  for (const [name, repeat] of Object.entries<Repeat>(rows)) {
    calls[name] = (...args: unknown[]) => {
      const run = (client: NodeClient): Promise<unknown> => {
        const api: object = of(client)
        const method: unknown = Reflect.get(api, name)
        return typeof method === 'function' ? method.apply(api, args) : Promise.reject(new TypeError(name))
      }
      return slot.use(run, { signal: signalOf(args), isRepeatable: repeat === 'again' })
    }
  }
  // Each name has its own method’s arguments and answer.
  return calls as Pick<Api, Name>
}

/** The signal of the options, which come last. */
function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  const options = args.at(-1)
  if (typeof options !== 'object' || options === null || !('signal' in options)) return undefined
  return options.signal instanceof AbortSignal ? options.signal : undefined
}
