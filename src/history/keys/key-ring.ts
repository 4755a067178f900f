/**
 * The secret keys of this device: one for each community that it owns, and its person’s.
 *
 *   made or imported ─▶ stored, plain or wrapped by a passphrase ─ unlock ─▶ in memory ─ signer ─▶ signatures
 *
 * Only public keys and signatures leave the worker, and the text file that its owner asks for. Every change is stored before
 * it counts.
 */
import { QuireError } from '../../errors.ts'
import { Mutex } from '../../store/mutex.ts'
import { toHex } from '../crypto/hex.ts'
import { type Curve, type KeyPair, authorKeyOf, communityIdOf } from '../crypto/secp256k1.ts'
import type { CommunityId } from '../ids.ts'
import type { HistorySettings } from '../ports.ts'
import { jsonOfRecord, type KeyJson, type KeyRecord, loadKeys, saveKeys } from './key-records.ts'
import { readKeyText, writeKeyText } from './key-text.ts'
import type { KeyName, KeyView } from './key-view.ts'
import { restoredKey } from './restored-key.ts'
import { unwrapSecret, wrapSecret } from './key-wrap.ts'

export interface KeyRingComponents {
  readonly curve: Curve
  readonly settings: HistorySettings
}

export interface KeyRingInit {
  /** Of PBKDF2; fewer in tests. */
  readonly rounds?: number | undefined
  /** Called after each change. */
  readonly onChange?: (() => void) | undefined
}

export class KeyRing {
  readonly #curve: Curve
  readonly #settings: HistorySettings
  readonly #init: KeyRingInit
  readonly #turns = new Mutex()
  #records: ReadonlyMap<KeyName, KeyRecord> = new Map()
  /** Those that can sign in this run. */
  readonly #open = new Map<KeyName, KeyPair>()

  constructor({ curve, settings }: KeyRingComponents, init: KeyRingInit = {}) {
    this.#curve = curve
    this.#settings = settings
    this.#init = init
  }

  /** Errors: `ERR_STORE_FAILED`. */
  async start(): Promise<void> {
    const records = await loadKeys(this.#settings)
    this.#records = new Map(records.map((record) => [record.name, record]))
    for (const { name, secret } of records) {
      if (secret instanceof Uint8Array) this.#open.set(name, this.#curve.keyPair(secret))
    }
  }

  /** Lets go of every secret. */
  stop(): void {
    this.#open.clear()
  }

  views(): readonly KeyView[] {
    return [...this.#records.keys()].flatMap((name) => this.view(name) ?? [])
  }

  view(name: KeyName): KeyView | undefined {
    const record = this.#records.get(name)
    if (record === undefined) return undefined
    return {
      name,
      author: record.publicKey as KeyView['author'],
      hasPassphrase: !(record.secret instanceof Uint8Array),
      isLocked: !this.#open.has(name),
      isSaved: record.isSaved,
    }
  }

  /** Errors: `ERR_KEY_LOCKED`, `ERR_NO_PERSON`, `ERR_NOT_OWNER`. */
  signer(name: KeyName): KeyPair {
    this.#record(name)
    const pair = this.#open.get(name)
    if (pair === undefined) throw new QuireError('ERR_KEY_LOCKED', 'This key is locked by a passphrase.')
    return pair
  }

  /** A new community’s key. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  async createCommunity(): Promise<CommunityId> {
    const pair = this.#curve.generate()
    const id = communityIdOf(this.#curve, pair.publicKey)
    await this.#turns.run(async () => this.#keep(id, pair))
    return id
  }

  /** Makes the person’s key where there is none. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  async ensurePerson(): Promise<KeyView> {
    await this.#turns.run(async () => {
      if (!this.#records.has('person')) await this.#keep('person', this.#curve.generate())
    })
    return this.view('person') ?? failed()
  }

  /** Wraps a key by a passphrase, or with undefined keeps it plain. Errors: `ERR_KEY_LOCKED`, `ERR_OPTION_INVALID`. */
  async setPassphrase(name: KeyName, passphrase: string | undefined): Promise<void> {
    await this.#turns.run(async () => {
      const { secret } = this.signer(name)
      const record = this.#record(name)
      await this.#put({ ...record, secret: passphrase === undefined ? secret : await this.#wrap(secret, passphrase) })
    })
  }

  /** For this run. Errors: `ERR_PASSPHRASE_WRONG`. */
  async unlock(name: KeyName, passphrase: string): Promise<void> {
    const record = this.#record(name)
    if (this.#open.has(name)) return
    const secret = record.secret instanceof Uint8Array ? record.secret : await unwrapSecret(record.secret, passphrase)
    const pair = this.#curve.keyPair(secret)
    if (authorKeyOf(pair.publicKey) !== record.publicKey) {
      throw new QuireError('ERR_KEY_FILE_INVALID', 'What is locked here is not the secret of this key.')
    }
    this.#open.set(name, pair)
    this.#init.onChange?.()
  }

  /** Lets go of a wrapped key’s secret; a plain one stays usable. */
  lock(name: KeyName): void {
    if (this.#record(name).secret instanceof Uint8Array) return
    this.#open.delete(name)
    this.#init.onChange?.()
  }

  async noteSaved(name: KeyName): Promise<void> {
    await this.#turns.run(async () => this.#put({ ...this.#record(name), isSaved: true }))
  }

  /**
   * The text file, wrapped where a passphrase is given. `label` is the name that people know.
   *
   * Errors: `ERR_KEY_LOCKED`, `ERR_OPTION_INVALID` (an empty passphrase).
   */
  async exportText(
    name: KeyName,
    options: { readonly label: string; readonly passphrase?: string | undefined },
  ): Promise<string> {
    const { secret, publicKey } = this.signer(name)
    return writeKeyText(
      {
        what: name === 'person' ? 'person' : 'community',
        publicKey: name === 'person' ? toHex(publicKey) : name,
        secret: options.passphrase === undefined ? secret : await this.#wrap(secret, options.passphrase),
      },
      options.label,
    )
  }

  /**
   * Takes a key from its text file; it counts as saved. One that is here already stays as it is, and is unlocked.
   *
   * Errors: `ERR_KEY_FILE_INVALID`, also where another person’s key is in use here; `ERR_PASSPHRASE_WRONG`.
   */
  async importText(text: string, { passphrase }: { readonly passphrase?: string | undefined } = {}): Promise<KeyName> {
    const file = readKeyText(text)
    if (!(file.secret instanceof Uint8Array) && passphrase === undefined) {
      throw new QuireError('ERR_PASSPHRASE_WRONG', 'This key file is locked: it takes its passphrase.')
    }
    const secret = file.secret instanceof Uint8Array ? file.secret : await unwrapSecret(file.secret, passphrase ?? '')
    const pair = this.#curve.keyPair(secret)
    const id = communityIdOf(this.#curve, pair.publicKey)
    const name: KeyName = file.what === 'person' ? 'person' : id
    if (file.publicKey.toLowerCase() !== (file.what === 'person' ? toHex(pair.publicKey) : id)) {
      throw new QuireError('ERR_KEY_FILE_INVALID', 'The secret in this file is not the one of its public key.')
    }
    await this.#turns.run(async () => {
      const known = this.#records.get(name)
      if (known === undefined) return this.#keep(name, pair, { isSaved: true })
      if (known.publicKey !== toHex(pair.publicKey)) {
        throw new QuireError('ERR_KEY_FILE_INVALID', 'Another person’s key is in use here. Forget that one first.')
      }
      this.#open.set(name, pair)
      this.#init.onChange?.()
    })
    return name
  }

  /** Every key as it is kept here, wrapped ones wrapped: for a backup. */
  backup(): readonly KeyJson[] {
    return [...this.#records.values()].map(jsonOfRecord)
  }

  /**
   * Takes a key from a backup; it counts as saved, and a wrapped one stays wrapped. False where it is here already.
   *
   * Errors: `ERR_KEY_FILE_INVALID`, also where another person’s key is in use here.
   */
  async restore(json: KeyJson): Promise<boolean> {
    const { record, pair } = restoredKey(json, this.#curve)
    return this.#turns.run(async () => {
      const known = this.#records.get(record.name)
      if (known === undefined) {
        await this.#save([...this.#records, [record.name, record]])
        if (pair !== undefined) this.#open.set(record.name, pair)
        this.#init.onChange?.()
        return true
      }
      if (known.publicKey === record.publicKey) return false
      throw new QuireError('ERR_KEY_FILE_INVALID', 'Another person’s key is in use here. Forget that one first.')
    })
  }

  /** The key is gone from this device; the file that was saved is all that is left. */
  async forget(name: KeyName): Promise<void> {
    await this.#turns.run(async () => {
      this.#record(name)
      await this.#save([...this.#records].filter(([other]) => other !== name))
      this.#open.delete(name)
      this.#init.onChange?.()
    })
  }

  async #keep(name: KeyName, pair: KeyPair, { isSaved = false } = {}): Promise<void> {
    const record = { name, publicKey: authorKeyOf(pair.publicKey), isSaved, secret: pair.secret }
    await this.#save([...this.#records, [name, record]])
    this.#open.set(name, pair)
    this.#init.onChange?.()
  }

  async #put(record: KeyRecord): Promise<void> {
    await this.#save([...this.#records, [record.name, record]])
    this.#init.onChange?.()
  }

  async #save(entries: readonly (readonly [KeyName, KeyRecord])[]): Promise<void> {
    const records = new Map(entries)
    await saveKeys(this.#settings, records.values())
    this.#records = records
  }

  async #wrap(secret: Uint8Array, passphrase: string) {
    if (passphrase.trim() === '') throw new QuireError('ERR_OPTION_INVALID', 'A passphrase has at least one character.')
    return wrapSecret(secret, passphrase, { rounds: this.#init.rounds })
  }

  #record(name: KeyName): KeyRecord {
    const record = this.#records.get(name)
    if (record !== undefined) return record
    if (name === 'person') throw new QuireError('ERR_NO_PERSON', 'There is no name to write under yet.')
    throw new QuireError('ERR_NOT_OWNER', 'This device does not hold the community’s key.')
  }
}

function failed(): never {
  throw new QuireError('ERR_STORE_FAILED', 'The key could not be kept.')
}
