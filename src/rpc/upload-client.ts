import { transfer, wrap } from 'comlink'
import { QuireError } from '../errors.ts'
import type { UploadCallOptions, UploadSessionApi } from './api.ts'
import type { PendingCalls } from './pending-calls.ts'

interface Components {
  readonly calls: PendingCalls
  /** Asks the node to answer on its end of a port. */
  readonly open: (end: MessagePort, options: Omit<UploadCallOptions, 'signal'>) => Promise<void>
}

/**
 * A page’s end of an upload that comes piece by piece, on a port of its own. An abort of `signal` aborts the upload, and
 * what is written or closed from then on rejects with its reason.
 */
export async function openRemoteUpload(
  { calls, open }: Components,
  { signal, ...options }: UploadCallOptions,
): Promise<UploadSessionApi> {
  signal?.throwIfAborted()
  const { port1, port2 } = new MessageChannel()
  const remote = wrap<UploadSessionApi>(port1)
  let hasEnded = false
  const end = (): void => {
    hasEnded = true
    signal?.removeEventListener('abort', onAbort)
    port1.close()
  }
  let aborting: Promise<void> | undefined
  const abort = async (): Promise<void> => {
    if (hasEnded && aborting === undefined) return
    // A port that closes would take the message with it, so the answer is waited for.
    aborting ??= calls.settled(remote.abort()).finally(end)
    await aborting
  }
  const onAbort = (): void => void abort().catch(() => undefined)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    await calls.settled(open(transfer(port2, [port2]), options), signal)
  } catch (error) {
    if (signal?.aborted !== true) end()
    throw error
  }
  return {
    // Copied, not handed over: who streams a file through one buffer goes on using it.
    write: async (bytes) => {
      signal?.throwIfAborted()
      if (hasEnded) throw new QuireError('ERR_ARGUMENT_INVALID', 'Nothing can be written to an upload that has ended.')
      await calls.settled(remote.write(bytes), signal)
    },
    close: async () => {
      signal?.throwIfAborted()
      if (hasEnded) throw new QuireError('ERR_ARGUMENT_INVALID', 'This upload has ended.')
      return calls.settled(remote.close(), signal).finally(() => signal?.aborted === true || end())
    },
    abort,
  }
}
