/**
 * What crosses the port between a page and the node’s worker: `NodeApi` over Comlink, with three differences.
 *
 *   thrown errors   as `Thrown`, in place of Comlink’s message, name and stack
 *   `{ signal }`    as a MessagePort that carries the abort; a signal is not cloneable
 *   `watch`         over a port of its own, so that an event costs one message and no answer
 */
import { type TransferHandler, transferHandlers } from 'comlink'
import { QuireError } from '../errors.ts'
import type { CallOptions, NodeApi, UploadCallOptions } from './api.ts'
import type { HistoryApi } from './history-api.ts'
import { packThrown, type Thrown, unpackThrown } from './errors.ts'

/** The methods as the worker exposes them. */
export interface WireApi extends Omit<NodeApi, 'watch' | 'history' | 'openUpload'> {
  /** Answers at once: how a page sees that the worker lives. */
  ping(): Promise<true>
  /** Posts `NodeEvent`s to `port` until a message comes from it. */
  watch(port: MessagePort): Promise<void>
  /** Answers `UploadSessionApi` on `port`; the upload ends with it. */
  openUpload(port: MessagePort, options: Omit<UploadCallOptions, 'signal'>): Promise<void>
  /** Answers `WireHistory` on `port` from now on. */
  history(port: MessagePort): Promise<void>
}

/** `HistoryApi` as the worker exposes it, on a port of its own. */
export interface WireHistory extends Omit<HistoryApi, 'watch'> {
  /** Posts `HistoryEvent`s to `port` until a message comes from it. */
  watch(port: MessagePort): Promise<void>
}

/** The reason with which a page lets go of a call’s signal once the call has ended; nothing is sent for it. */
export const CALL_ENDED = Symbol('call ended')

interface WireOptions {
  readonly options: Readonly<Record<string, unknown>>
  /** The abort’s reason where it came before the call left. */
  readonly aborted?: Thrown | undefined
  readonly port?: MessagePort | undefined
}

/** Teaches Comlink the first two differences. Both ends call it; calling it again changes nothing. */
export function installTransferHandlers(): void {
  if (transferHandlers.has('call-options')) return
  const thrown = transferHandlers.get('throw')
  if (thrown === undefined) throw new QuireError('ERR_UNKNOWN', 'This version of Comlink has no handler for errors.')
  transferHandlers.set('throw', throwHandler(thrown))
  transferHandlers.set('call-options', callOptionsHandler)
}

/** Comlink marks a thrown value with a symbol of its own, so its `canHandle` stays. */
function throwHandler(original: TransferHandler<unknown, unknown>): TransferHandler<unknown, unknown> {
  return {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: (marked) => [packThrown(isMarked(marked) ? marked.value : marked), []],
    deserialize: (packed) => {
      throw isThrown(packed) ? unpackThrown(packed) : new QuireError('ERR_UNKNOWN', 'The node failed without a reason.')
    },
  }
}

function isMarked(value: unknown): value is { value: unknown } {
  return typeof value === 'object' && value !== null && 'value' in value
}

function isThrown(value: unknown): value is Thrown {
  return typeof value === 'object' && value !== null && 'kind' in value
}

const callOptionsHandler: TransferHandler<CallOptions & { signal: AbortSignal }, WireOptions> = {
  canHandle: (value): value is CallOptions & { signal: AbortSignal } =>
    typeof value === 'object' && value !== null && 'signal' in value && value.signal instanceof AbortSignal,
  serialize: ({ signal, ...options }) => {
    if (signal.aborted) return [{ options, aborted: packThrown(signal.reason) }, []]
    const { port1, port2 } = new MessageChannel()
    const tell = (): void => {
      if (signal.reason !== CALL_ENDED) port1.postMessage(packThrown(signal.reason))
      port1.close()
    }
    signal.addEventListener('abort', tell, { once: true })
    return [{ options, port: port2 }, [port2]]
  },
  deserialize: ({ options, aborted, port }) => {
    const controller = new AbortController()
    if (aborted !== undefined) controller.abort(unpackThrown(aborted))
    port?.addEventListener('message', ({ data }: MessageEvent<Thrown>) => {
      port.close()
      controller.abort(unpackThrown(data))
    })
    port?.start()
    return { ...options, signal: controller.signal }
  },
}
