import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { encodeArchiveIndex } from '../../codec/history/archive-index.ts'
import type { CommunityId } from '../ids.ts'
import { readSeal, sealArchive, unsealArchive, wrapForGroup } from './archive-seal.ts'
import { groupKeyOf, makeGroupKey, RatchetOpener, sealWithGroupKey } from './hash-ratchet.ts'
import { fromHex, toHex } from './hex.ts'
import { keccak256 } from './keccak.ts'
import { communityKeyOf, loadSecp256k1 } from './secp256k1.ts'
import { importAesKey } from './topics.ts'
import { openPayload, sealPayload } from './waku-payload.ts'

const curve = await loadSecp256k1()
const KEY = new Uint8Array(32).fill(9)
const GROUP = groupKeyOf(Uint8Array.of(1, 2, 3), 1_700_000_000_000, KEY)
const keys = { get: (keyId: Uint8Array) => (toHex(keyId) === toHex(GROUP.keyId) ? GROUP.key : undefined) }
const none = { get: () => undefined }
const PLAIN = new TextEncoder().encode('what is sealed')

describe('signatures', () => {
  it('give their signer back from hash and signature', () => {
    const pair = curve.generate()
    const hash = keccak256(PLAIN)
    const signature = curve.signRecoverable(hash, pair.secret)
    expect(signature.byteLength).toBe(65)
    expect(curve.recover(hash, signature)).toEqual(pair.publicKey)
    const older = signature.slice()
    older[64] = (older[64] ?? 0) + 27
    expect(curve.recover(hash, older)).toEqual(pair.publicKey)
    expect(curve.recover(keccak256(KEY), signature)).not.toEqual(pair.publicKey)
  })

  it('agree with the well-known key 1 of the curve', () => {
    const secret = new Uint8Array(32)
    secret[31] = 1
    expect(toHex(curve.compress(curve.keyPair(secret).publicKey))).toBe(
      '0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    )
  })

  it('that are none give nobody, whatever their bytes', () => {
    const noise = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(noise, fc.uint8Array({ minLength: 32, maxLength: 32 }), (signature, hash) => {
        const signer = curve.recover(hash, signature)
        expect(signer === undefined || signer.byteLength === 65).toBe(true)
      }),
    )
    expect(curve.recover(keccak256(PLAIN), new Uint8Array(65))).toBeUndefined()
    expect(curve.recover(keccak256(PLAIN), new Uint8Array(65).fill(255))).toBeUndefined()
  })

  it('are refused with keys that are no numbers of the curve, in words', () => {
    expect(() => curve.keyPair(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'ERR_KEY_FILE_INVALID' }))
    expect(() => curve.keyPair(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'ERR_KEY_FILE_INVALID' }))
    const text = `0x02${'ff'.repeat(32)}` as CommunityId
    expect(() => communityKeyOf(curve, text)).toThrow(expect.objectContaining({ code: 'ERR_COMMUNITY_LINK_INVALID' }))
    expect(() => communityKeyOf(curve, '0xzz' as CommunityId)).toThrow(/no community/u)
  })
})

describe('the payload of an envelope', () => {
  it('comes back with its signer, padded to a multiple of 256 bytes', async () => {
    const key = await importAesKey(KEY)
    const signer = curve.generate()
    for (const length of [0, 1, 180, 255, 256, 70_000]) {
      const data = new Uint8Array(length).fill(5)
      const sealed = await sealPayload(curve, data, { key, signer })
      expect((sealed.byteLength - 28) % 256).toBe(0)
      expect(await openPayload(curve, sealed, key)).toMatchObject({ data, signer: signer.publicKey })
      expect((await openPayload(curve, await sealPayload(curve, data, { key }), key))?.signer).toBeUndefined()
    }
  })

  it('does not open with another key, cut, or changed in any byte', async () => {
    const key = await importAesKey(KEY)
    const sealed = await sealPayload(curve, PLAIN, { key, signer: curve.generate() })
    expect(await openPayload(curve, sealed, await importAesKey(keccak256(KEY)))).toBeUndefined()
    for (let i = 0; i < sealed.byteLength; i += 7) {
      const changed = sealed.slice()
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(await openPayload(curve, changed, key)).toBeUndefined()
      expect(await openPayload(curve, sealed.subarray(0, i), key)).toBeUndefined()
    }
  })
})

describe('the hash ratchet', () => {
  it('names a key by its group, its time and itself', () => {
    const time = fromHex('0x0068e5cf8b010000')
    expect(GROUP.keyId).toEqual(keccak256(Uint8Array.of(1, 2, 3), time, KEY))
  })

  it('opens in any order, near and far', async () => {
    const opener = new RatchetOpener(keys)
    for (const seqNo of [300, 1, 2, 256, 257, 5000, 2]) {
      const sealed = await sealWithGroupKey(PLAIN, GROUP, seqNo)
      expect(await opener.open(sealed)).toEqual({ kind: 'plain', bytes: PLAIN })
    }
  })

  it('has keccak-256 applied n times as its n-th key', async () => {
    const { payload } = await sealWithGroupKey(PLAIN, GROUP, 3)
    const third = await importAesKey(keccak256(keccak256(keccak256(KEY))))
    const iv = payload.slice(-12)
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, third, payload.slice(0, -12))
    expect(new Uint8Array(plain)).toEqual(PLAIN)
  })

  it('says which key is missing', async () => {
    const sealed = await sealWithGroupKey(PLAIN, GROUP, 1)
    const outcome = await new RatchetOpener(none).open(sealed)
    expect(outcome).toEqual({ kind: 'missing-key', keyId: toHex(GROUP.keyId) })
  })

  it('does not follow a jump of more than 100,000, nor a message of another key', async () => {
    const opener = new RatchetOpener(keys)
    const sealed = await sealWithGroupKey(PLAIN, GROUP, 1)
    const at = (seqNo: number) => ({ ...sealed, hashRatchet: { ...GROUP, deprecatedKeyId: 0, seqNo } })
    expect(await opener.open(at(100_001))).toEqual({ kind: 'damaged' })
    expect(await opener.open(at(0))).toEqual({ kind: 'damaged' })
    expect(await opener.open(at(2))).toEqual({ kind: 'damaged' })
  })
})

describe('a sealed archive', () => {
  const archive = encodeArchive({
    metadata: { version: 0, fromSeconds: 1, toSeconds: 2, contentTopics: [Uint8Array.of(1, 2, 3, 4)] },
    messages: [],
  })
  const index = encodeArchiveIndex(new Map([['0xaa', { version: 0, cid: 'zDv' }]]))

  it('comes back with the key, and is told from a plain one by its structure', async () => {
    for (const plain of [archive, index]) {
      const sealed = await sealArchive(plain, GROUP, 1)
      expect(readSeal(sealed)?.hashRatchet?.keyId).toEqual(GROUP.keyId)
      expect(readSeal(plain)).toBeUndefined()
      expect(await unsealArchive(sealed, keys)).toEqual(plain)
      expect(await unsealArchive(plain, keys)).toBe(plain)
    }
  })

  it('opens after 100,000 messages of its owner, and not a million further on', async () => {
    const far = await sealArchive(archive, GROUP, 100_001)
    expect(await unsealArchive(far, { ...keys })).toEqual(archive)
    const seal = await sealWithGroupKey(PLAIN, GROUP, 1)
    const hashRatchet = { groupId: GROUP.groupId, keyId: GROUP.keyId, deprecatedKeyId: 0, seqNo: 1_000_001 }
    const beyond = wrapForGroup({ ...seal, hashRatchet })
    await expect(unsealArchive(beyond, { ...keys })).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
  })

  it('names the missing key, and is damaged where the key does not fit', async () => {
    const sealed = await sealArchive(archive, GROUP, 1)
    await expect(unsealArchive(sealed, none)).rejects.toMatchObject({
      code: 'ERR_GROUP_KEY_MISSING',
      details: { keyId: toHex(GROUP.keyId) },
    })
    const wrong = makeGroupKey(GROUP.groupId, 1)
    await expect(unsealArchive(sealed, { get: () => wrong.key })).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
  })
})
