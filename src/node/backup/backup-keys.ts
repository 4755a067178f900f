/**
 * The keys of a device in a backup, plain or locked by a passphrase (`history/keys/key-wrap.ts`: PBKDF2, AES-256-GCM).
 *
 *   {"keys": {…}}   or   {"rounds": 600000, "salt": "0x…", "sealed": "0x…"}, which opens to the JSON of the former’s value
 */
import { QuireError } from '../../errors.ts'
import { fromHex, toHex } from '../../history/crypto/hex.ts'
import { MAX_ROUNDS, unwrapSecret, wrapSecret } from '../../history/keys/key-wrap.ts'
import { type HistoryKeys, historyKeysOf } from '../history/backup-records.ts'
import { invalid } from './frame-reader.ts'

export interface BackupKeys {
  /** “0x” and libp2p’s PrivateKey protobuf. */
  readonly peerKey?: string | undefined
  /** Of communities and their person. */
  readonly history?: HistoryKeys | undefined
}

const MAX_SALT_BYTES = 64

/** Errors: `ERR_OPTION_INVALID` (an empty passphrase). */
export function checkPassphrase(passphrase: string | undefined): void {
  if (passphrase === undefined || passphrase.trim() !== '') return
  throw new QuireError('ERR_OPTION_INVALID', 'A passphrase has at least one character.')
}

/** `rounds`: of PBKDF2; fewer in tests. */
export async function sealKeys(
  keys: BackupKeys,
  { passphrase, rounds }: { readonly passphrase?: string | undefined; readonly rounds?: number | undefined },
): Promise<unknown> {
  if (passphrase === undefined) return { keys }
  const wrapped = await wrapSecret(new TextEncoder().encode(JSON.stringify(keys)), passphrase, { rounds })
  return { rounds: wrapped.rounds, salt: toHex(wrapped.salt), sealed: toHex(wrapped.sealed) }
}

/** Undefined where they are locked and no passphrase is given. Errors: `ERR_PASSPHRASE_WRONG`, `ERR_BACKUP_INVALID`. */
export async function openKeys(value: unknown, passphrase: string | undefined): Promise<BackupKeys | undefined> {
  const { keys, rounds, salt, sealed } = fieldsOf(value)
  if (keys !== undefined) return keysOf(keys)
  if (typeof salt !== 'string' || typeof sealed !== 'string' || !isRounds(rounds)) {
    throw invalid('The keys in the backup are locked in an unknown way.')
  }
  if (passphrase === undefined) return undefined
  const wrapped = { rounds, salt: fromHex(salt), sealed: fromHex(sealed) }
  if (wrapped.salt.byteLength > MAX_SALT_BYTES) throw invalid('The keys in the backup are locked in an unknown way.')
  const opened = await unwrapSecret(wrapped, passphrase).catch((cause: unknown) => {
    throw new QuireError('ERR_PASSPHRASE_WRONG', 'The passphrase does not open the keys in this backup.', { cause })
  })
  try {
    return keysOf(JSON.parse(new TextDecoder().decode(opened)))
  } catch (cause) {
    throw invalid('The keys in the backup cannot be read.', cause)
  }
}

function keysOf(value: unknown): BackupKeys {
  const { peerKey, history } = fieldsOf(value)
  return {
    ...(typeof peerKey === 'string' ? { peerKey } : {}),
    ...(history === undefined ? {} : { history: historyKeysOf(history) }),
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalid('The keys in the backup cannot be read.')
  return value as Readonly<Record<string, unknown>>
}

function isRounds(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ROUNDS
}
