/**
 * A `HistoryApi` without a node: made-up communities that are read, searched, written to, published and imported into
 * as the real ones are, at the pace that a test or the gallery asks for (`stepMs`).
 *
 *   FakeHistoryState (what is known, events) ◀── FakeHistoryReading (follow, read) ◀── FakeHistory (write, publish, keys)
 */
import { QuireError } from '../../errors.ts'
import type { CallOptions } from '../../rpc/api.ts'
import type {
  ChannelId,
  CommunityId,
  HistoryApi,
  ImportKind,
  ImportView,
  MessageId,
  MessageView,
  NewMessage,
  PersonView,
} from '../../rpc/history-api.ts'
import { DAY_MS } from '../format/time.ts'
import { pause, withReaction } from './fake-history-parts.ts'
import { FakeHistoryReading } from './fake-history-reading.ts'
import { GALLERY_NOW_MS, hexOf, OWN_AUTHOR } from './history-messages.ts'

const PUBLISH_STEPS = 4
const IMPORT_STEPS = 8
const KINDS: readonly (readonly [RegExp, ImportKind])[] = [
  [/\.zip$/i, 'slack'],
  [/result\.json$/i, 'telegram'],
  [/\.json$/i, 'discord'],
  [/\.mbox$/i, 'mbox'],
  [/\.jsonl$/i, 'json-lines'],
]

export class FakeHistory extends FakeHistoryReading implements HistoryApi {
  readonly #importing = new Map<string, AbortController>()
  readonly #passphrases = new Map<string, string>()
  #sent = 0

  async setPerson({ displayName }: { displayName: string }): Promise<PersonView> {
    this.calls.push(`setPerson ${displayName}`)
    if (this.overrides.setPerson !== undefined) return this.overrides.setPerson({ displayName })
    const made = { key: OWN_AUTHOR.key, hasPassphrase: false, isLocked: false, isSaved: false }
    const person = { ...made, ...this.person, displayName }
    this.showPerson(person)
    return person
  }

  async send(id: CommunityId, channelId: ChannelId, message: NewMessage): Promise<MessageView> {
    this.calls.push(`send ${message.text}`)
    if (this.overrides.send !== undefined) return this.overrides.send(id, channelId, message)
    const { person } = this
    if (person === undefined) throw new QuireError('ERR_NO_PERSON', 'You have no name here yet.')
    if (Array.from(message.text).length > 4096) throw new QuireError('ERR_MESSAGE_TOO_LONG', 'The message is too long.')
    this.#sent += 1
    const answered = message.replyTo === undefined ? undefined : this.community(id).find(message.replyTo)
    const sent = this.receive(id, {
      kind: 'message',
      id: hexOf(600_000 + this.#sent, 32),
      channelId,
      author: { ...OWN_AUTHOR, name: person.displayName },
      text: message.text,
      signature: 'author',
      isOwn: true,
      isDeleted: false,
      isEdited: false,
      isPinned: false,
      replyTo:
        message.replyTo === undefined
          ? undefined
          : { messageId: message.replyTo, authorName: answered?.author.name, text: answered?.text },
      reactions: [],
      attachments: (message.images ?? []).map(({ type, size }, index) => {
        return {
          index,
          kind: 'image',
          name: 'picture',
          mediaType: type,
          sizeBytes: size,
          width: 640,
          height: 420,
          isHere: true,
        }
      }),
      delivery: 'sending',
    })
    setTimeout(() => this.#change(id, sent.id, { delivery: 'live' }), this.stepMs)
    return sent
  }

  async edit(id: CommunityId, messageId: MessageId, text: string): Promise<void> {
    this.calls.push(`edit ${text}`)
    await this.overrides.edit?.(id, messageId, text)
    this.#change(id, messageId, { text, isEdited: true })
  }

  async remove(id: CommunityId, messageId: MessageId): Promise<void> {
    this.calls.push(`remove ${messageId}`)
    await this.overrides.remove?.(id, messageId)
    this.#change(id, messageId, { text: '', isDeleted: true, attachments: [], reactions: [], isPinned: false })
  }

  async pin(id: CommunityId, messageId: MessageId, isPinned: boolean): Promise<void> {
    this.calls.push(`pin ${isPinned}`)
    await this.overrides.pin?.(id, messageId, isPinned)
    this.#change(id, messageId, { isPinned })
  }

  async react(id: CommunityId, messageId: MessageId, reaction: { type: number; isRetracted: boolean }): Promise<void> {
    this.calls.push(`react ${reaction.type} ${reaction.isRetracted}`)
    await this.overrides.react?.(id, messageId, reaction)
    const message = this.community(id).find(messageId)
    if (message !== undefined) this.#change(id, messageId, { reactions: withReaction(message.reactions, reaction) })
  }

  async publishNow(id: CommunityId, options: CallOptions = {}): Promise<void> {
    this.calls.push('publishNow')
    if (this.overrides.publishNow !== undefined) return this.overrides.publishNow(id, options)
    const { publish: before } = this.community(id).view
    try {
      for (let doneArchives = 0; doneArchives < PUBLISH_STEPS; doneArchives++) {
        this.show(id, { publish: { state: 'publishing', doneArchives, totalArchives: PUBLISH_STEPS } })
        await pause(this.stepMs, options.signal)
      }
    } catch (error) {
      this.show(id, { publish: before })
      throw error
    }
    const nextAtMs = GALLERY_NOW_MS + 7 * DAY_MS
    this.show(id, { publish: { state: 'idle', lastPublishedAtMs: GALLERY_NOW_MS, nextAtMs } })
  }

  async importFile(
    id: CommunityId,
    file: File,
    options: CallOptions & { kind?: ImportKind } = {},
  ): Promise<ImportView> {
    this.calls.push(`importFile ${file.name}`)
    if (this.overrides.importFile !== undefined) return this.overrides.importFile(id, file, options)
    const kind = options.kind ?? KINDS.find(([pattern]) => pattern.test(file.name))?.[1]
    if (kind === undefined) throw new QuireError('ERR_IMPORT_UNKNOWN', `“${file.name}” is no export that Quire knows.`)
    const others = this.imports.filter(({ communityId, fileName }) => communityId !== id || fileName !== file.name)
    const stop = new AbortController()
    const importId = `import-${file.name}`
    this.#importing.set(importId, stop)
    options.signal?.addEventListener('abort', () => stop.abort(options.signal?.reason))
    const counts = { messageCount: 0, channelCount: 0, problemCount: 0, problems: [] }
    let now: ImportView = {
      id: importId,
      communityId: id,
      fileName: file.name,
      kind,
      state: { state: 'reading' },
      readBytes: 0,
      totalBytes: file.size,
      ...counts,
    }
    try {
      for (let step = 0; step <= IMPORT_STEPS; step++) {
        const readBytes = Math.floor((file.size * step) / IMPORT_STEPS)
        now = { ...now, readBytes, messageCount: step * 5210, channelCount: Math.min(3, step) }
        this.showImports([now, ...others])
        await pause(this.stepMs, stop.signal)
      }
    } catch (error) {
      this.showImports([{ ...now, state: { state: 'cancelled' } }, ...others])
      throw error
    }
    now = { ...now, state: { state: 'done' } }
    this.showImports([now, ...others])
    return now
  }

  async cancelImport(importId: string): Promise<void> {
    this.calls.push(`cancelImport ${importId}`)
    await this.overrides.cancelImport?.(importId)
    this.#importing.get(importId)?.abort(new DOMException('Stopped.', 'AbortError'))
    this.showImports(
      this.imports.map((each) => (each.id === importId ? { ...each, state: { state: 'cancelled' } } : each)),
    )
  }

  async dismissImport(importId: string): Promise<void> {
    this.calls.push(`dismissImport ${importId}`)
    this.showImports(this.imports.filter(({ id }) => id !== importId))
  }

  async exportKey(what: string, { passphrase }: { passphrase?: string }): Promise<string> {
    this.calls.push(`exportKey ${what === 'person' ? what : 'community'}${passphrase === undefined ? '' : ' wrapped'}`)
    if (this.overrides.exportKey !== undefined)
      return this.overrides.exportKey(what, passphrase === undefined ? {} : { passphrase })
    return `Quire key, version 1\n${what}\n`
  }

  async noteKeySaved(what: string): Promise<void> {
    this.calls.push(`noteKeySaved ${what === 'person' ? what : 'community'}`)
    if (what === 'person') this.#changePerson({ isSaved: true })
    else this.show(what, { isKeySaved: true })
  }

  async importKey(text: string, options: { passphrase?: string }): Promise<{ what: string }> {
    this.calls.push('importKey')
    if (this.overrides.importKey !== undefined) return this.overrides.importKey(text, options)
    const what = /^Quire key, version 1\n(\S+)/.exec(text)?.[1]
    if (what === undefined) throw new QuireError('ERR_KEY_FILE_INVALID', 'This is no key that Quire saved.')
    if (what === 'person')
      this.showPerson({
        key: OWN_AUTHOR.key,
        displayName: 'Nell',
        hasPassphrase: false,
        isLocked: false,
        isSaved: true,
      })
    else this.show(what, { isOwner: true, isKeySaved: true, isKeyLocked: false })
    return { what }
  }

  async setPassphrase(what: string, passphrase: string | undefined): Promise<void> {
    this.calls.push(`setPassphrase ${passphrase === undefined ? 'none' : 'given'}`)
    await this.overrides.setPassphrase?.(what, passphrase)
    if (passphrase === undefined) this.#passphrases.delete(what)
    else this.#passphrases.set(what, passphrase)
    const hasPassphrase = passphrase !== undefined
    if (what === 'person') this.#changePerson({ hasPassphrase })
    else this.show(what, { hasPassphrase })
  }

  async unlock(what: string, passphrase: string): Promise<void> {
    this.calls.push('unlock')
    await this.overrides.unlock?.(what, passphrase)
    if (passphrase !== (this.#passphrases.get(what) ?? 'open')) {
      throw new QuireError('ERR_PASSPHRASE_WRONG', 'The passphrase does not fit this key.')
    }
    if (what === 'person') this.#changePerson({ isLocked: false })
    else this.show(what, { isKeyLocked: false })
  }

  async forgetKey(what: string): Promise<void> {
    this.calls.push('forgetKey')
    await this.overrides.forgetKey?.(what)
    if (what === 'person') this.showPerson(undefined)
    else this.show(what, { isOwner: false, isKeyLocked: false, isKeySaved: true, hasPassphrase: false })
  }

  async addGroupKey(id: CommunityId, keyText: string): Promise<void> {
    this.calls.push(`addGroupKey ${keyText.length}`)
    await this.overrides.addGroupKey?.(id, keyText)
    if (!/^[0-9a-f\s:x]+$/i.test(keyText)) throw new QuireError('ERR_GROUP_KEY_INVALID', 'This text is no key.')
    this.show(id, { missingKeyIds: this.community(id).view.missingKeyIds.slice(1) })
  }

  async groupKeys(id: CommunityId): Promise<string> {
    if (this.overrides.groupKeys !== undefined) return this.overrides.groupKeys(id)
    return `${hexOf(41, 36)}\n${hexOf(42, 36)}`
  }

  #change(id: CommunityId, messageId: MessageId, change: Partial<MessageView>): void {
    const changed = this.community(id).replace(messageId, change)
    if (changed === undefined) throw new QuireError('ERR_MESSAGE_NOT_FOUND', 'This message is not here.')
    this.touch(id, changed)
  }

  #changePerson(change: Partial<PersonView>): void {
    if (this.person !== undefined) this.showPerson({ ...this.person, ...change })
  }
}
