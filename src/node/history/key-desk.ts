import { QuireError } from '../../errors.ts'
import { fromHex, toHex } from '../../history/crypto/hex.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { KeyName } from '../../history/keys/key-view.ts'
import type { Communities } from './communities.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { Person } from './person.ts'

interface KeyDeskComponents {
  readonly parts: Pick<HistoryParts, 'keyRing' | 'groupKeys'>
  readonly communities: Communities
  readonly person: Person
  readonly feed: HistoryFeed
}

/** Keys as a person asks for them, with what follows from each change: an owner’s publisher starts or ends with its key. */
export class KeyDesk {
  readonly #components: KeyDeskComponents

  constructor(components: KeyDeskComponents) {
    this.#components = components
  }

  async exportKey(what: string, options: { readonly passphrase?: string | undefined }): Promise<string> {
    const { parts, person, communities } = this.#components
    const name = what as KeyName
    const run = communities.find(name as CommunityId)
    const label = what === 'person' ? person.displayName : (run?.description?.identity?.displayName ?? what)
    return parts.keyRing.exportText(name, { ...options, label })
  }

  async noteKeySaved(what: string): Promise<void> {
    await this.#components.parts.keyRing.noteSaved(what as KeyName)
    await this.#changed(what)
  }

  /** A community’s key makes this device its owner. Errors: `ERR_KEY_FILE_INVALID`, `ERR_PASSPHRASE_WRONG`. */
  async importKey(text: string, options: { readonly passphrase?: string | undefined }): Promise<{ what: string }> {
    const { parts, communities } = this.#components
    const what = await parts.keyRing.importText(text, options)
    if (what !== 'person') await this.#ownershipChanged(what, communities)
    await this.#changed(what)
    return { what }
  }

  async setPassphrase(what: string, passphrase: string | undefined): Promise<void> {
    await this.#components.parts.keyRing.setPassphrase(what as KeyName, passphrase)
    await this.#changed(what)
  }

  async unlock(what: string, passphrase: string): Promise<void> {
    await this.#components.parts.keyRing.unlock(what as KeyName, passphrase)
    await this.#changed(what)
  }

  async forgetKey(what: string): Promise<void> {
    const { parts, communities } = this.#components
    await parts.keyRing.forget(what as KeyName)
    if (what !== 'person') await communities.restart(what as CommunityId)
    await this.#changed(what)
  }

  /** Takes the community’s keys of the text, and no others. Errors: `ERR_GROUP_KEY_INVALID`, also where it has none of them. */
  async addGroupKey(id: string, keyText: string): Promise<void> {
    const run = this.#components.communities.get(id)
    const { missingKeyIds } = await run.view()
    const isOwn = ofCommunity(run.id)
    const added = await this.#components.parts.groupKeys.addText(keyText, (keys) => {
      const own = keys.filter(({ groupId, keyId }) => isOwn(groupId) || missingKeyIds.includes(toHex(keyId)))
      if (own.length === 0) throw foreignKey(missingKeyIds)
      return own
    })
    if (added.length > 0) await run.groupKeysChanged()
  }

  async groupKeys(id: string): Promise<string> {
    return this.#components.parts.groupKeys.text(ofCommunity(this.#components.communities.get(id).id))
  }

  async #ownershipChanged(id: CommunityId, communities: Communities): Promise<void> {
    if (communities.find(id) === undefined) await communities.enter(id)
    else if ((await communities.get(id).owner.publisher()) === undefined) await communities.restart(id)
  }

  async #changed(what: string): Promise<void> {
    const { communities, feed } = this.#components
    await communities.find(what as CommunityId)?.keyChanged()
    feed.mark('person', 'communities')
  }
}

/** A community’s keys name it by its bytes, those of a channel by the text of its chat id. */
function ofCommunity(community: CommunityId): (groupId: Uint8Array) => boolean {
  const [own, channels] = [toHex(fromHex(community)), toHex(new TextEncoder().encode(community))]
  return (groupId) => {
    const text = toHex(groupId)
    return text === own || text.startsWith(channels)
  }
}

function foreignKey(missingKeyIds: readonly string[]): QuireError {
  const [first] = missingKeyIds
  const others = missingKeyIds.length > 1 ? ` and ${missingKeyIds.length - 1} more` : ''
  const missing = first === undefined ? 'No key of this one is missing.' : `Missing here: ${first}${others}.`
  return new QuireError('ERR_GROUP_KEY_INVALID', `What is in this text is the key of another community. ${missing}`)
}
