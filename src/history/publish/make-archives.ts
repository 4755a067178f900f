/** The first half of a run: from messages to archives that are published, each noted before the next one is begun. */
import type { ArchiveEntry, SpanSeconds } from '../archive/archive-entry.ts'
import { buildArchive, entryOf } from '../archive/build-archive.ts'
import { type Chunk, chunksOf } from '../archive/partition.ts'
import { toHex } from '../crypto/hex.ts'
import type { HistoryDatasets } from '../ports.ts'
import type { MessageSource } from './message-source.ts'
import type { MadeArchive, PublishJournal } from './publish-journal.ts'

export interface MakeComponents {
  readonly datasets: HistoryDatasets
  readonly journal: PublishJournal
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
}

export interface MakeInit {
  /** The run’s name in the journal. */
  readonly run: string
  readonly source: MessageSource
  readonly spans: readonly SpanSeconds[]
  readonly topics: readonly Uint8Array[]
  readonly signal: AbortSignal
  readonly onProgress: (progress: { doneArchives: number; totalArchives: number }) => void
  readonly maxContentBytes?: number | undefined
}

export interface Made {
  readonly archives: readonly MadeArchive[]
  /** Of an earlier attempt, with other content: nothing needs them. */
  readonly orphans: readonly MadeArchive[]
}

/**
 * Makes the archives of `spans`, taking over those of an earlier attempt that have the same content.
 *
 * Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`, those of `seal`. What was made until then stays noted, also after an abort.
 */
export async function makeArchives(components: MakeComponents, init: MakeInit): Promise<Made> {
  const { journal } = components
  const before = journal.record.made[init.run] ?? []
  const archives: MadeArchive[] = []
  let totalArchives = init.spans.length
  const tell = (): void => init.onProgress({ doneArchives: archives.length, totalArchives })
  tell()
  for (const span of init.spans) {
    // A span may turn out to have none, or several.
    totalArchives--
    const messages = init.source.messages(span, { signal: init.signal })
    for await (const chunk of chunksOf(messages, { ...init, span })) {
      totalArchives++
      const archive = await makeArchive(components, { ...init, chunk, before })
      archives.push(archive)
      if (!before.includes(archive)) await note(journal, init.run, archive)
      tell()
    }
  }
  const noted = journal.record.made[init.run] ?? []
  return { archives, orphans: noted.filter((archive) => !archives.includes(archive)) }
}

export function entriesOf(archives: readonly MadeArchive[]): ArchiveEntry[] {
  return archives.map(({ entry }) => entry)
}

async function makeArchive(
  { datasets, seal }: MakeComponents,
  { chunk, before, topics, signal }: MakeInit & { chunk: Chunk; before: readonly MadeArchive[] },
): Promise<MadeArchive> {
  const plain = buildArchive(chunk, topics)
  const digest = await digestOf(plain)
  const made = before.find((archive) => archive.digest === digest)
  if (made !== undefined && (await datasets.isHeld(made.entry.cid))) return made
  const bytes = seal === undefined ? plain : await seal(plain)
  const cid = await datasets.publish(bytes, { signal })
  return { digest, entry: entryOf({ ...chunk, topics, cid }) }
}

async function note(journal: PublishJournal, run: string, archive: MadeArchive): Promise<void> {
  const { made } = journal.record
  await journal.update({ made: { ...made, [run]: [...(made[run] ?? []), archive] } })
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
}
