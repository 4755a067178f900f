/**
 * The text file that a key is saved to: a heading for people, then a line for each field.
 *
 *   quire-key-v1
 *   what: community | person
 *   public: 0x…                          compressed for a community, uncompressed for a person
 *   secret: 0x…                          or   wrapped: pbkdf2-sha256 <rounds> 0x<salt> 0x<nonce, ciphertext, tag>
 *   check: 0x<8 digits>                  keccak-256 of the lines between, so that a slip of the hand is found
 */
import { QuireError } from '../../errors.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { MAX_ROUNDS, type WrappedSecret } from './key-wrap.ts'

export interface KeyText {
  readonly what: 'community' | 'person'
  /** “0x…” */
  readonly publicKey: string
  readonly secret: Uint8Array | WrappedSecret
}

interface Form {
  readonly mark: string
  readonly code: 'ERR_KEY_FILE_INVALID' | 'ERR_GROUP_KEY_INVALID'
  readonly noun: string
}

const KEY_FILE: Form = { mark: 'quire-key-v1', code: 'ERR_KEY_FILE_INVALID', noun: 'file' }
const GROUP_KEYS: Form = { mark: 'quire-group-keys-v1', code: 'ERR_GROUP_KEY_INVALID', noun: 'text' }
const WRAPPING = 'pbkdf2-sha256'
const MAX_TEXT_LENGTH = 65_536
const CHECK_BYTES = 4

export function writeKeyText({ what, publicKey, secret }: KeyText, label: string): string {
  const isWrapped = !(secret instanceof Uint8Array)
  const fields = [
    `what: ${what}`,
    `public: ${publicKey}`,
    isWrapped
      ? `wrapped: ${WRAPPING} ${secret.rounds} ${toHex(secret.salt)} ${toHex(secret.sealed)}`
      : `secret: ${toHex(secret)}`,
  ]
  const heading =
    what === 'community'
      ? [
          `The key of the community “${oneLine(label)}”.`,
          'Whoever has it can publish as this community. Keep it safe, and to yourself.',
        ]
      : [`The key of “${oneLine(label)}”.`, 'Whoever has it can write as you. Keep it safe, and to yourself.']
  const lock = isWrapped ? ['It is locked: importing it takes its passphrase.'] : []
  return [
    ...heading,
    ...lock,
    'To use it, import this file in Quire.',
    '',
    KEY_FILE.mark,
    ...fields,
    checkLine(fields),
    '',
  ].join('\n')
}

/** Errors: `ERR_KEY_FILE_INVALID`. */
export function readKeyText(text: string): KeyText {
  const fields = fieldsOf(text)
  const what = fields.get('what')
  const publicKey = fields.get('public')
  if ((what !== 'community' && what !== 'person') || publicKey === undefined) {
    throw invalid(KEY_FILE, 'The file does not say what it is the key of.')
  }
  const plain = fields.get('secret')
  if (plain !== undefined) return { what, publicKey, secret: bytesOf(plain, KEY_FILE) }
  const [name, rounds, salt, sealed] = (fields.get('wrapped') ?? '').split(' ')
  if (name !== WRAPPING || salt === undefined || sealed === undefined)
    throw invalid(KEY_FILE, 'The file has no key in it.')
  const count = Number(rounds)
  if (!Number.isInteger(count) || count < 1 || count > MAX_ROUNDS)
    throw invalid(KEY_FILE, 'The file is wrapped in an unknown way.')
  return {
    what,
    publicKey,
    secret: { rounds: count, salt: bytesOf(salt, KEY_FILE), sealed: bytesOf(sealed, KEY_FILE) },
  }
}

export interface GroupKeyText {
  readonly groupId: Uint8Array
  readonly timestampMs: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

const GROUP_KEY_BYTES = 32
const MAX_GROUP_ID_BYTES = 256

/** What members of an encrypted community hand to each other. */
export function writeGroupKeys(keys: readonly GroupKeyText[]): string {
  const fields = keys.map(({ groupId, timestampMs, key }) => `key: ${toHex(groupId)} ${timestampMs} ${toHex(key)}`)
  return [GROUP_KEYS.mark, ...fields, checkLine(fields), ''].join('\n')
}

/** Errors: `ERR_GROUP_KEY_INVALID`. */
export function readGroupKeys(text: string): readonly GroupKeyText[] {
  const lines = linesOf(text, GROUP_KEYS)
  const keys = lines.map((line) => {
    const [name, group, time, secret] = line.split(' ')
    if (name !== 'key:' || group === undefined || secret === undefined)
      throw invalid(GROUP_KEYS, 'It has a line that is no key.')
    const [groupId, key, timestampMs] = [bytesOf(group, GROUP_KEYS), bytesOf(secret, GROUP_KEYS), Number(time)]
    const isKey =
      key.byteLength === GROUP_KEY_BYTES && groupId.byteLength > 0 && groupId.byteLength <= MAX_GROUP_ID_BYTES
    if (!isKey || !Number.isSafeInteger(timestampMs) || timestampMs < 0)
      throw invalid(GROUP_KEYS, 'It has a key of a wrong length.')
    return { groupId, timestampMs, key }
  })
  if (keys.length === 0) throw invalid(GROUP_KEYS, 'It has no key in it.')
  return keys
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const lines = linesOf(text, KEY_FILE)
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
}

/** The lines between the mark and the check, which must fit. */
function linesOf(text: string, form: Form): readonly string[] {
  const { mark, noun } = form
  if (text.length > MAX_TEXT_LENGTH) throw invalid(form, `The ${noun} is too long for a key.`)
  // As mail programs and editors may leave it: other ends of lines, quoting, doubled spaces, a mark before the first byte.
  const all = text
    .replace(/^\uFEFF/u, '')
    .split(/\r\n|[\r\n]/u)
    .map((line) =>
      line
        .replace(/^[>\s]+/u, '')
        .trim()
        .replaceAll(/\s+/gu, ' '),
    )
    .filter((line) => line !== '')
  const from = all.indexOf(mark)
  if (from === -1) {
    if (all.includes(KEY_FILE.mark)) throw invalid(form, 'This is a secret key, which stays with whom it belongs to.')
    if (all.includes(GROUP_KEYS.mark)) {
      throw invalid(form, 'These are keys to read a community with: add them at that community, under “Keys”.')
    }
    throw invalid(form, `It has no line “${mark}”.`)
  }
  const end = all.findIndex((line, i) => i > from && line.startsWith('check:'))
  const lines = all.slice(from + 1, end === -1 ? undefined : end)
  if (end === -1) throw invalid(form, `Its last line is missing: the ${noun} was cut off.`)
  if (all[end] !== checkLine(lines)) throw invalid(form, 'A character of it was changed: the check does not fit.')
  return lines
}

function checkLine(fields: readonly string[]): string {
  return `check: ${toHex(keccak256(new TextEncoder().encode(fields.join('\n'))).subarray(0, CHECK_BYTES))}`
}

function bytesOf(hex: string, form: Form): Uint8Array<ArrayBuffer> {
  try {
    return fromHex(hex)
  } catch (cause) {
    throw invalid(form, 'It has characters that do not belong into a key.', cause)
  }
}

function oneLine(label: string): string {
  return label.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function invalid({ code }: Form, message: string, cause?: unknown): QuireError {
  return new QuireError(code, message, { cause })
}
