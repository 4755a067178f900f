/** A whole archive, opened in batches; peers and the page have their turn between them. */
import { encodedMessages } from '../../codec/history/archive.ts'
import { withCode } from '../../codec/history/failure.ts'
import { decodeWakuMessage, type WakuMessage } from '../../codec/history/waku.ts'
import { breathe } from '../crypto/breathe.ts'
import { archiveOpener, unsealArchive } from '../crypto/archive-seal.ts'
import { loadSecp256k1 } from '../crypto/secp256k1.ts'
import { isDeletion, MessageOpener } from './message-opener.ts'
import type { OpenedMessage } from './opened-message.ts'
import type { ArchiveBatch, OpenContext, OpenOutcome } from './opening.ts'

export interface OpenArchiveOptions extends OpenContext {
  readonly signal?: AbortSignal | undefined
  /** Messages a batch; by default 64, some 10 ms. */
  readonly batchSize?: number | undefined
  /**
   * Messages nearest to this moment first, by the archive’s own times, so that a screen fills before all is checked: a check
   * takes 0.15 ms. Deletions come before all else; messages that are equally near keep the archive’s order. Unix seconds.
   */
  readonly nearSeconds?: number | undefined
}

const DEFAULT_BATCH_SIZE = 64
const BEFORE_ALL = -1

/**
 * The archive’s messages in its order (or by nearness), checked and decoded. Byte fields are views of `bytes`: copy what is kept.
 *
 * The last batch has the counts of the whole. Messages that do not open are counted, never an error.
 *
 * Errors: `ERR_ARCHIVE_INVALID`, `ERR_GROUP_KEY_MISSING` (`details.keyId`), `ERR_COMMUNITY_LINK_INVALID`, the signal’s reason.
 */
export async function* openArchive(bytes: Uint8Array, options: OpenArchiveOptions): AsyncGenerator<ArchiveBatch> {
  const { signal, batchSize = DEFAULT_BATCH_SIZE, nearSeconds } = options
  signal?.throwIfAborted()
  const opener = new MessageOpener(await loadSecp256k1(), options, archiveOpener(options.keys))
  const plain = await unsealArchive(bytes, options.keys)
  const tally = new Tally()
  let doneBytes = 0
  let batch: WakuMessage[] = []
  let farSeconds = BEFORE_ALL
  const open = async (): Promise<ArchiveBatch> => {
    const messages = await openBatch(opener, batch, tally)
    batch = []
    return {
      messages,
      progress: Math.min(1, doneBytes / plain.byteLength),
      counts: tally.counts(opener),
      ...span(),
    }
  }
  /** Of what is as near as the last one, some may be left. */
  const span = (): Pick<ArchiveBatch, 'opened'> => {
    if (nearSeconds === undefined || farSeconds < 0) return {}
    return { opened: { fromSeconds: nearSeconds - farSeconds + 1, toSeconds: nearSeconds + farSeconds } }
  }
  for (const each of inOrder(plain, nearSeconds)) {
    batch.push(decodeElement(each.bytes))
    doneBytes += each.bytes.byteLength
    farSeconds = each.farSeconds
    if (batch.length < batchSize) continue
    yield await open()
    await breathe()
    signal?.throwIfAborted()
  }
  doneBytes = plain.byteLength
  yield await open()
}

interface Placed {
  readonly bytes: Uint8Array
  readonly farSeconds: number
}

function* inOrder(plain: Uint8Array, nearSeconds: number | undefined): Generator<Placed> {
  if (nearSeconds !== undefined) return yield* nearestFirst(plain, nearSeconds)
  for (const bytes of encodedMessages(plain)) yield { bytes, farSeconds: BEFORE_ALL }
}

/** Decoded twice, since views of a hundred thousand messages are small and the messages are not. */
function nearestFirst(plain: Uint8Array, nearSeconds: number): readonly Placed[] {
  const placed = Array.from(encodedMessages(plain), (bytes): Placed => {
    const message = decodeElement(bytes)
    // Nothing is shown that the archive takes back.
    if (isDeletion(message)) return { bytes, farSeconds: BEFORE_ALL }
    return { bytes, farSeconds: Math.abs(message.timestampSeconds - nearSeconds) }
  })
  return placed.sort((a, b) => a.farSeconds - b.farSeconds)
}

function decodeElement(encoded: Uint8Array): WakuMessage {
  return withCode('ERR_ARCHIVE_INVALID', () => decodeWakuMessage(encoded))
}

async function openBatch(opener: MessageOpener, batch: readonly WakuMessage[], tally: Tally): Promise<OpenedMessage[]> {
  const messages: OpenedMessage[] = []
  for (const message of batch) {
    const opening = opener.openNow(message)
    const outcome = opening instanceof Promise ? await opening : opening
    if (outcome.kind === 'message') messages.push(outcome.message)
    tally.add(outcome)
  }
  return messages
}

class Tally {
  #opened = 0
  #ignored = 0
  readonly #missingKeys = new Map<string, number>()

  add(outcome: OpenOutcome): void {
    switch (outcome.kind) {
      case 'message':
        this.#opened++
        break
      case 'missing-key':
        this.#missingKeys.set(outcome.keyId, (this.#missingKeys.get(outcome.keyId) ?? 0) + 1)
        break
      case 'ignored':
        this.#ignored++
        break
      default:
    }
  }

  counts(opener: MessageOpener): ArchiveBatch['counts'] {
    return {
      opened: this.#opened,
      ignored: this.#ignored,
      missingKeys: new Map(this.#missingKeys),
      incompleteSegments: opener.incompleteSegments,
    }
  }
}
