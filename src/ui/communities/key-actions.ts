/** What a person can do with keys: save, import, wrap, unlock, forget, hand on. */
import type { ErrorView } from '../../rpc/api.ts'
import { isAbort, viewOfError } from '../../rpc/errors.ts'
import type { CommunityId } from '../../rpc/history-api.ts'
import { fileNameFor } from '../format/names.ts'
import type { HistoryActionsParts } from './history-actions.ts'

/** A community’s id for its key, or “person” for the person’s own. */
export type KeyOwner = string

export type SavedKey =
  | { readonly state: 'written' }
  /** The browser does not tell whether a download arrived: the person says so. */
  | { readonly state: 'downloading' }
  | { readonly state: 'closed' }
  | { readonly state: 'failed'; readonly error: ErrorView }

/** A key is some hundred bytes; a file of another kind is not read whole to be refused. */
const MAX_KEY_FILE_BYTES = 65_536

export class KeyActions {
  readonly #parts: HistoryActionsParts

  constructor(parts: HistoryActionsParts) {
    this.#parts = parts
  }

  /** Writes the key’s text file to where the person chooses, wrapped where a passphrase is given. */
  async save(what: KeyOwner, { name, passphrase }: { name: string; passphrase: string }): Promise<SavedKey> {
    const { api, page } = this.#parts
    const fileName = fileNameFor(`${name} key.txt`, 'quire key.txt')
    try {
      if (page.chooseSaveTarget === undefined) {
        const text = await api().exportKey(what, passphrase === '' ? {} : { passphrase })
        page.download(new File([text], fileName, { type: 'text/plain' }), fileName, () => undefined)
        return { state: 'downloading' }
      }
      // First the dialog: it opens only soon after the press.
      const target = await page.chooseSaveTarget(fileName)
      if (target === undefined) return { state: 'closed' }
      const text = await api().exportKey(what, passphrase === '' ? {} : { passphrase })
      await write(target, text)
      await api().noteKeySaved(what)
      return { state: 'written' }
    } catch (error) {
      return isAbort(error) ? { state: 'closed' } : { state: 'failed', error: viewOfError(error) }
    }
  }

  noteSaved(what: KeyOwner): Promise<ErrorView | undefined> {
    return attempt(() => this.#parts.api().noteKeySaved(what))
  }

  /** Reads a file that a key was saved to; `what` it is the key of, or why it was refused. */
  async importFile(file: Blob, passphrase: string): Promise<{ what: KeyOwner } | { error: ErrorView }> {
    try {
      const text = await file.slice(0, MAX_KEY_FILE_BYTES).text()
      return await this.#parts.api().importKey(text, passphrase === '' ? {} : { passphrase })
    } catch (error) {
      return { error: viewOfError(error) }
    }
  }

  setPassphrase(what: KeyOwner, passphrase: string | undefined): Promise<ErrorView | undefined> {
    return attempt(() => this.#parts.api().setPassphrase(what, passphrase))
  }

  unlock(what: KeyOwner, passphrase: string): Promise<ErrorView | undefined> {
    return attempt(() => this.#parts.api().unlock(what, passphrase))
  }

  forget(what: KeyOwner): Promise<ErrorView | undefined> {
    return attempt(() => this.#parts.api().forgetKey(what))
  }

  addGroupKey(id: CommunityId, text: string): Promise<ErrorView | undefined> {
    return attempt(() => this.#parts.api().addGroupKey(id, text))
  }

  /** The text that lets others read, or why there is none. */
  async groupKeys(id: CommunityId): Promise<string | { error: ErrorView }> {
    try {
      return await this.#parts.api().groupKeys(id)
    } catch (error) {
      return { error: viewOfError(error) }
    }
  }
}

async function write(target: FileSystemFileHandle, text: string): Promise<void> {
  const stream = await target.createWritable()
  await stream.write(text)
  await stream.close()
}

async function attempt(action: () => Promise<unknown>): Promise<ErrorView | undefined> {
  try {
    await action()
    return undefined
  } catch (error) {
    return viewOfError(error)
  }
}
