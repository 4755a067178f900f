import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isQuireError } from '../../errors.ts'
import { toHex } from '../crypto/hex.ts'
import { MemoryHistorySettings } from '../testing/memory-history-settings.ts'
import { GroupKeyRing } from './group-key-ring.ts'
import { readGroupKeys, readKeyText, writeKeyText } from './key-text.ts'
import { DEFAULT_ROUNDS, unwrapSecret, wrapSecret } from './key-wrap.ts'

const KEY = { what: 'person', publicKey: '0x04ab', secret: Uint8Array.of(1, 2, 3) } as const

describe('the text file of a key', () => {
  it('is read back, also as mail programs leave it', () => {
    const text = writeKeyText(KEY, 'Ana\nsecret: 0xff')
    expect(readKeyText(text)).toEqual(KEY)
    const quoted = `\uFEFFHi,\r\n${text
      .split('\n')
      .map((line) => `> ${line}  `)
      .join('\r\n')}\r\nBest\r\n`
    expect(readKeyText(quoted)).toEqual(KEY)
  })

  it('is refused where one character of it was changed, and where it was cut off', () => {
    const text = writeKeyText(KEY, 'Ana')
    const changed = text.replace('0x010203', '0x010204')
    expect(() => readKeyText(changed)).toThrow('the check does not fit')
    expect(() => readKeyText(text.slice(0, text.indexOf('check')))).toThrow('cut off')
    expect(() => readKeyText('Dear diary')).toThrow('quire-key-v1')
  })

  it('never fails in another way than a QuireError', () => {
    const text = writeKeyText(KEY, 'Ana')
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string(), (at, length, other) => {
        const error = failureOf(() => readKeyText(text.slice(0, at) + other + text.slice(at + length)))
        expect(error === undefined || isQuireError(error, 'ERR_KEY_FILE_INVALID')).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a secret under a passphrase', () => {
  it('is wrapped with at least 600,000 rounds, and opens with that passphrase alone', async () => {
    const wrapped = await wrapSecret(KEY.secret, 'é')
    expect(wrapped.rounds).toBeGreaterThanOrEqual(600_000)
    expect(wrapped.rounds).toBe(DEFAULT_ROUNDS)
    expect(await unwrapSecret(wrapped, 'é')).toEqual(KEY.secret)
    await expect(unwrapSecret(wrapped, 'e')).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
  })
})

describe('group keys', () => {
  const GROUP = Uint8Array.of(2, 9)

  async function ring(settings = new MemoryHistorySettings()): Promise<GroupKeyRing> {
    const keys = new GroupKeyRing(settings)
    await keys.start()
    return keys
  }

  it('go to another member as text, once', async () => {
    const [here, there] = [await ring(), await ring()]
    const key = await here.ensure(GROUP, 1000)
    expect(await here.ensure(GROUP, 2000)).toEqual(key)
    await here.ensure(Uint8Array.of(7), 1000)
    const text = here.text((groupId) => toHex(groupId) === toHex(GROUP))
    expect(here.text(() => false)).toBe('')
    expect(await there.addText(text)).toEqual([key])
    expect(await there.addText(text)).toEqual([])
    expect(there.get(key.keyId)).toEqual(key.key)
    expect(there.newest(GROUP)).toEqual(key)
    expect(there.newest(Uint8Array.of(7))).toBeUndefined()
  })

  it('give out each position of the ratchet once, also in the next run', async () => {
    const settings = new MemoryHistorySettings()
    const keys = await ring(settings)
    const { keyId } = await keys.ensure(GROUP, 1000)
    expect(await Promise.all([keys.takeSeqNo(keyId), keys.takeSeqNo(keyId)])).toEqual([1, 2])
    expect(await (await ring(settings)).takeSeqNo(keyId)).toBe(3)
  })

  it('are refused where the text holds something else', () => {
    expect(() => readGroupKeys('0x1234')).toThrow(expect.objectContaining({ code: 'ERR_GROUP_KEY_INVALID' }))
    expect(() => readGroupKeys('quire-group-keys-v1\ncheck: 0xc5d24601')).toThrow('no key in it')
  })

  it('say of each other’s text what it is, with advice for what was given', async () => {
    const keys = await ring()
    await keys.ensure(GROUP, 1000)
    const secret = expect.objectContaining({ code: 'ERR_GROUP_KEY_INVALID', message: expect.stringMatching('secret') })
    expect(() => readGroupKeys(writeKeyText(KEY, 'Ana'))).toThrow(secret)
    const reading = expect.objectContaining({ code: 'ERR_KEY_FILE_INVALID', message: expect.stringMatching('“Keys”') })
    expect(() => readKeyText(keys.text(() => true))).toThrow(reading)
  })
})

function failureOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}
