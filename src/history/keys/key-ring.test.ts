import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { communityKeyOf, loadSecp256k1 } from '../crypto/secp256k1.ts'
import { MemoryHistorySettings } from '../testing/memory-history-settings.ts'
import { KeyRing } from './key-ring.ts'
import { writeKeyText } from './key-text.ts'

const LABEL = { label: 'Readers' }

async function ringOver(settings = new MemoryHistorySettings()): Promise<KeyRing> {
  // Few rounds: that there are enough of them is another test’s.
  const ring = new KeyRing({ curve: await loadSecp256k1(), settings }, { rounds: 10 })
  await ring.start()
  return ring
}

describe('the keys of a device', () => {
  it('sign for a community that was made here, also in the next run', async () => {
    const settings = new MemoryHistorySettings()
    const id = await (await ringOver(settings)).createCommunity()
    const ring = await ringOver(settings)
    const curve = await loadSecp256k1()
    const hash = keccak256(Uint8Array.of(1))
    const signature = curve.signRecoverable(hash, ring.signer(id).secret)
    expect(curve.recover(hash, signature)).toEqual(communityKeyOf(curve, id))
    expect(ring.view(id)).toMatchObject({ isSaved: false, isLocked: false, hasPassphrase: false })
  })

  it('do not sign for others', async () => {
    const ring = await ringOver()
    const elsewhere = await (await ringOver()).createCommunity()
    expect(() => ring.signer(elsewhere)).toThrow(expect.objectContaining({ code: 'ERR_NOT_OWNER' }))
    expect(() => ring.signer('person')).toThrow(expect.objectContaining({ code: 'ERR_NO_PERSON' }))
  })

  it('of a person are made once', async () => {
    const ring = await ringOver()
    const [first, second] = await Promise.all([ring.ensurePerson(), ring.ensurePerson()])
    expect(second).toEqual(first)
    expect(first.author).toMatch(/^0x04[0-9a-f]{128}$/u)
  })

  it('are stored under a passphrase, and opened by it for a run', async () => {
    const settings = new MemoryHistorySettings()
    const first = await ringOver(settings)
    const id = await first.createCommunity()
    const secretHex = Buffer.from(first.signer(id).secret).toString('hex')
    const stored = (): string => Buffer.from(settings.values.get('history/keys') ?? []).toString()
    expect(stored()).toContain(secretHex)
    await first.setPassphrase(id, 'correct horse')
    expect(stored()).not.toContain(secretHex)
    expect(first.view(id)).toMatchObject({ hasPassphrase: true, isLocked: false })

    const ring = await ringOver(settings)
    expect(ring.view(id)).toMatchObject({ hasPassphrase: true, isLocked: true })
    expect(() => ring.signer(id)).toThrow(expect.objectContaining({ code: 'ERR_KEY_LOCKED' }))
    await expect(ring.unlock(id, 'wrong horse')).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
    await ring.unlock(id, ' correct horse ')
    expect(Buffer.from(ring.signer(id).secret).toString('hex')).toBe(secretHex)
    ring.lock(id)
    expect(ring.view(id)?.isLocked).toBe(true)
    await ring.unlock(id, 'correct horse')
    await ring.setPassphrase(id, undefined)
    expect((await ringOver(settings)).view(id)).toMatchObject({ hasPassphrase: false, isLocked: false })
  })

  it('go to another device in their text file', async () => {
    const [here, there] = [await ringOver(), await ringOver()]
    const id = await here.createCommunity()
    const text = await here.exportText(id, LABEL)
    expect(text).toContain('“Readers”')
    expect(await there.importText(text.replaceAll('\n', '\r\n'))).toBe(id)
    expect(there.view(id)).toMatchObject({ isSaved: true, isLocked: false })
    const { author } = await here.ensurePerson()
    expect(await there.importText(await here.exportText('person', LABEL))).toBe('person')
    expect(there.view('person')?.author).toBe(author)
  })

  it('are locked in their text file where a passphrase is given', async () => {
    const [here, there] = [await ringOver(), await ringOver()]
    const id = await here.createCommunity()
    const text = await here.exportText(id, { ...LABEL, passphrase: 'open' })
    expect(text).not.toContain(Buffer.from(here.signer(id).secret).toString('hex'))
    await expect(there.importText(text)).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
    await expect(there.importText(text, { passphrase: 'shut' })).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_WRONG' })
    expect(await there.importText(text, { passphrase: 'open' })).toBe(id)
    await expect(here.exportText(id, { ...LABEL, passphrase: ' ' })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
  })

  it('of the person here are not replaced by an import', async () => {
    const [here, there] = [await ringOver(), await ringOver()]
    await here.ensurePerson()
    const own = await there.ensurePerson()
    const text = await here.exportText('person', LABEL)
    await expect(there.importText(text)).rejects.toMatchObject({ code: 'ERR_KEY_FILE_INVALID' })
    expect(there.view('person')).toEqual(own)
    await there.forget('person')
    expect(await there.importText(text)).toBe('person')
  })

  it('are refused where the file names another public key than the secret has', async () => {
    const [here, there] = [await ringOver(), await ringOver()]
    const { author } = await there.ensurePerson()
    const id = await here.createCommunity()
    const text = writeKeyText({ what: 'person', publicKey: author, secret: here.signer(id).secret }, 'Ana')
    await expect(here.importText(text)).rejects.toThrow('not the one of its public key')
    expect(here.view('person')).toBeUndefined()
  })

  it('stay as they were where a change cannot be stored', async () => {
    const settings = new MemoryHistorySettings()
    const ring = await ringOver(settings)
    const id = await ring.createCommunity()
    settings.fault = () => {
      throw new QuireError('ERR_STORE_FULL', 'Full.')
    }
    await expect(ring.forget(id)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    await expect(ring.setPassphrase(id, 'x')).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    await expect(ring.createCommunity()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(ring.views()).toMatchObject([{ name: id, hasPassphrase: false, isLocked: false }])
    settings.fault = undefined
    await ring.noteSaved(id)
    expect((await ringOver(settings)).views()).toEqual(ring.views())
  })

  it('are not overwritten where what is stored cannot be read', async () => {
    const settings = new MemoryHistorySettings()
    await settings.set('history/keys', Uint8Array.of(1, 2))
    await expect(ringOver(settings)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    expect(settings.values.get('history/keys')).toEqual(Uint8Array.of(1, 2))
  })
})
