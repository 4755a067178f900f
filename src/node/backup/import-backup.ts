/**
 * A backup read into a node.
 *
 *   frames ─▶ keys (opened at once) · settings, communities (kept) · datasets: manifest checked ─▶ entered ─▶ blocks checked,
 *   32 at a time ─▶ stored ─▶ at the end, or where the file breaks off: keys, settings and communities taken
 *
 * What is in a file is hostile until it is checked: every size has a cap, every block has to lead to the root of its tree.
 */
import { isQuireError, QuireError } from '../../errors.ts'
import { fromHex, toHex } from '../../history/crypto/hex.ts'
import { loadNodeHasher, type NodeHasher } from '../../merkle/hasher.ts'
import { importPrivateKey } from '../../network/peer-identity.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { communitiesOf, type CommunityBackup } from '../history/backup-records.ts'
import { decodeCount, decodeDataset, decodeEnvelopes } from './backup-format.ts'
import { type BackupKeys, openKeys } from './backup-keys.ts'
import { type BackupHistory, type BackupParts, PEER_KEY_SETTING } from './backup-parts.ts'
import type { BackupProgress, ImportedKeys, ImportReport } from './backup-views.ts'
import { type Frame, FrameReader, invalid } from './frame-reader.ts'
import { ImportTally } from './import-tally.ts'
import { DatasetImport } from './imported-dataset.ts'

export interface ImportBackupInit {
  readonly passphrase?: string | undefined
  readonly takesPeerKey?: boolean | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: BackupProgress) => void
}

type ImportParts = BackupParts & { readonly history: BackupHistory | undefined }

/**
 * Reads a backup and adds what it has. Errors: `ERR_BACKUP_INVALID` (nothing was changed), `ERR_PASSPHRASE_WRONG` (the same),
 * an abort; what comes after the head is told by the report.
 */
export async function importBackup(
  parts: ImportParts,
  backup: Blob | ReadableStream<Uint8Array>,
  init: ImportBackupInit,
): Promise<ImportReport> {
  const reader = new FrameReader(backup, { signal: init.signal })
  const running = new BackupImport(parts, { ...init, reader, hasher: await loadNodeHasher() })
  try {
    return await running.run(backup instanceof Blob ? backup.size : undefined)
  } finally {
    running.release()
    await reader.close()
  }
}

class BackupImport {
  readonly #parts: ImportParts
  readonly #init: ImportBackupInit & { readonly reader: FrameReader; readonly hasher: NodeHasher }
  readonly #tally = new ImportTally()
  /** Imported already; held, so that none makes room for another. */
  readonly #held: DatasetImport[] = []
  #current: DatasetImport | undefined
  #keys: BackupKeys | undefined
  #isRestTaken = false
  #settings: Readonly<Record<string, unknown>> = {}
  #communities: readonly CommunityBackup[] = []

  constructor(
    parts: ImportParts,
    init: ImportBackupInit & { readonly reader: FrameReader; readonly hasher: NodeHasher },
  ) {
    this.#parts = parts
    this.#init = init
  }

  async run(fileBytes: number | undefined): Promise<ImportReport> {
    const { reader, signal, onProgress } = this.#init
    await reader.readMagic()
    const head = jsonOf(await reader.read(), 'head')
    this.#tally.madeAtMs = numberOf(head['madeAtMs']) ?? 0
    const totalBytes = fileBytes ?? numberOf(head['contentBytes'])
    const totalDatasets = numberOf(head['datasetCount'])
    let error: QuireError | undefined
    try {
      let isDone = false
      while (!isDone) {
        const frame = await reader.read()
        signal.throwIfAborted()
        isDone = await this.#take(frame)
        onProgress({ doneBytes: reader.readBytes, totalBytes, doneDatasets: this.#tally.count, totalDatasets })
      }
    } catch (cause) {
      signal.throwIfAborted()
      if (!isQuireError(cause) || cause.code === 'ERR_PASSPHRASE_WRONG') throw cause
      error = cause
    }
    await this.#endDataset()
    await this.#takeRest()
    return this.#tally.report(error)
  }

  release(): void {
    this.#current?.release()
    for (const held of this.#held) held.release()
  }

  /** True at the end. */
  async #take(frame: Frame): Promise<boolean> {
    switch (frame.kind) {
      case 'keys':
        await this.#openKeys(frame)
        return false
      case 'settings':
        this.#settings = jsonOf(frame, 'settings')
        return false
      case 'communities':
        this.#communities = communitiesOf(parsed(frame))
        return false
      case 'dataset':
        await this.#beginDataset(frame.payload)
        return false
      case 'block':
        await this.#dataset().add(frame.payload)
        return false
      case 'datasetEnd':
        if (decodeCount(frame.payload) !== this.#dataset().seenBlocks) throw invalid('Blocks are missing here.')
        await this.#endDataset()
        return false
      case 'envelopes':
        await this.#takeRest()
        await this.#takeEnvelopes(frame.payload)
        return false
      case 'end':
        if (this.#current !== undefined) throw invalid('The end of a dataset is missing.')
        return true
      case 'head':
        throw invalid('The backup has two beginnings.')
    }
  }

  async #openKeys(frame: Frame): Promise<void> {
    const { passphrase } = this.#init
    this.#keys = await openKeys(parsed(frame), passphrase)
    if (this.#keys === undefined) this.#tally.keys = { ...this.#tally.keys, state: 'locked' }
  }

  async #beginDataset(payload: Uint8Array): Promise<void> {
    if (this.#current !== undefined) throw invalid('The end of a dataset is missing.')
    const header = decodeDataset(payload)
    if (header === undefined) throw invalid('A dataset has no description.')
    const { hasher } = this.#init
    this.#current = new DatasetImport(this.#parts, { hasher, header })
    await this.#current.begin(this.#communities.length > 0)
  }

  #dataset(): DatasetImport {
    if (this.#current !== undefined) return this.#current
    throw invalid('A block belongs to no dataset.')
  }

  async #endDataset(): Promise<void> {
    const current = this.#current
    if (current === undefined) return
    this.#current = undefined
    this.#held.push(current)
    this.#tally.add(await current.end(), current)
    this.#parts.feed.mark('datasets', 'space')
    void this.#parts.announcer.announce(current.cid)
  }

  async #takeEnvelopes(payload: Uint8Array): Promise<void> {
    const found = decodeEnvelopes(payload)
    if (found === undefined) throw invalid('What was said in a community is damaged here.')
    await this.#parts.history?.restoreEnvelopes({ id: toHex(found.id), envelopes: found.envelopes })
  }

  /** Keys, settings and communities, behind the archives, which are here then. */
  async #takeRest(): Promise<void> {
    const { signal } = this.#init
    if (this.#isRestTaken) return
    this.#isRestTaken = true
    signal.throwIfAborted()
    await this.#takeSettings()
    for (const community of this.#communities) {
      signal.throwIfAborted()
      this.#tally.communities.push(await this.#follow(community))
    }
    // Behind the communities, which have settings of their own only where they are followed anew.
    if (this.#keys !== undefined) this.#tally.keys = await this.#takeKeys(this.#keys)
  }

  /** Only what was not set here. */
  async #takeSettings(): Promise<void> {
    const { uploadLimits, history, log } = this.#parts
    const { uploadLimits: limits, communitiesQuotaBytes } = this.#settings
    try {
      const isUnset = Object.values(uploadLimits.limits).every((limit) => limit === undefined)
      if (isUnset && typeof limits === 'object' && limits !== null) await uploadLimits.set(limits)
      const quotaBytes = numberOf(communitiesQuotaBytes)
      if (quotaBytes !== undefined && history !== undefined && quotaBytes > (await history.totalQuotaBytes())) {
        await history.setTotalQuotaBytes(quotaBytes)
      }
    } catch (error) {
      log('warn', 'the settings of a backup could not be taken', { error })
    }
  }

  async #takeKeys({ peerKey, history }: BackupKeys): Promise<ImportedKeys> {
    const restored = history === undefined ? undefined : await this.#parts.history?.restoreKeys(history)
    const { addedCount = 0, knownCount = 0, refused = [] } = restored ?? {}
    try {
      return { state: 'taken', addedCount, knownCount, refused, peerKey: await this.#takePeerKey(peerKey) }
    } catch (error) {
      const what = { what: 'peer-key', error: asQuireError(error) }
      return { state: 'taken', addedCount, knownCount, refused: [...refused, what], peerKey: 'left' }
    }
  }

  /** Errors: `ERR_PEER_KEY_INVALID`. */
  async #takePeerKey(text: string | undefined): Promise<ImportedKeys['peerKey']> {
    const { settings } = this.#parts
    if (text === undefined || settings === undefined) return 'none'
    const bytes = fromHex(text)
    importPrivateKey(bytes)
    const own = await settings.get(PEER_KEY_SETTING)
    if (own !== undefined && sameBytes(own, bytes)) return 'same'
    if (this.#init.takesPeerKey !== true) return 'left'
    await settings.set(PEER_KEY_SETTING, bytes)
    return 'taken'
  }

  async #follow(community: CommunityBackup) {
    const { id, name } = community
    try {
      await this.#parts.history?.restoreCommunity(community)
      return { id, name }
    } catch (error) {
      return { id, name, error: asQuireError(error) }
    }
  }
}

function jsonOf(frame: Frame, kind: Frame['kind']): Readonly<Record<string, unknown>> {
  const value = frame.kind === kind ? parsed(frame) : undefined
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  throw invalid('The backup is damaged here.')
}

function parsed({ payload }: Frame): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch (cause) {
    throw invalid('The backup is damaged here.', cause)
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

function asQuireError(error: unknown): QuireError {
  return isQuireError(error) ? error : new QuireError('ERR_UNKNOWN', 'It could not be taken.', { cause: error })
}
