/** Messages of an attacker: whatever is inside, opening ends in an outcome, and nobody’s name is put under it. */
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { encodeArchive } from '../../codec/history/archive.ts'
import { isQuireError } from '../../errors.ts'
import { groupKeyOf } from '../crypto/hash-ratchet.ts'
import { fromHex, toHex } from '../crypto/hex.ts'
import { MessageOpener } from './message-opener.ts'
import { openArchive } from './open-archive.ts'
import { splitPayload } from './segments.ts'
import { signArchiveLink, signMessage, transportPayload } from './sign-message.ts'
import { archived, asArchived, chatBody, START_MS, testCommunity } from './testing/people.ts'

vi.setConfig({ testTimeout: 60_000 })

const place = await testCommunity()
const { curve, id: community, ann, ben, owner, channel } = place
const group = groupKeyOf(fromHex(community), 1, new Uint8Array(32).fill(3))
const opener = new MessageOpener(curve, { community, keys: { get: () => group.key } })
const signed = signMessage(curve, chatBody(channel), ann)
const plain = await transportPayload(signed)
const link = { clockMs: START_MS, archiveLink: 'zDv' }
const payloads = [
  plain,
  signed.bytes,
  await transportPayload(signed, { key: group, seqNo: 2 }),
  signArchiveLink(curve, link, owner).bytes,
  ...splitPayload(plain, 60),
]

describe('an attacker', () => {
  it('gets an outcome for random bytes', async () => {
    const random = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (payload) => {
      const outcome = await opener.open(asArchived(community, payload, { signer: ben }))
      expect(['ignored', 'segment']).toContain(outcome.kind)
    })
    await fc.assert(random, { numRuns: 3000 })
  })

  it('never speaks as somebody else by changing bits', async () => {
    const annsText = toHex(ann.publicKey)
    const said = new Set<string>()
    const links = new Set<string>()
    // None at all now and then: then it is Ann who speaks.
    const flips = fc.array(fc.nat({ max: 1 << 14 }), { maxLength: 3 })
    const changed = fc.asyncProperty(fc.constantFrom(...payloads), flips, async (payload, places) => {
      const forged = payload.slice()
      for (const at of places) {
        const i = (at >> 3) % forged.byteLength
        forged[i] = (forged[i] ?? 0) ^ (1 << (at & 7))
      }
      const fresh = new MessageOpener(curve, { community, keys: { get: () => group.key } })
      const outcome = await fresh.open(asArchived(community, forged, { signer: ann }))
      // What is around the signed bytes (an installation id, a field’s spelling) may change without harm.
      if (outcome.kind === 'message' && outcome.message.author === annsText) {
        said.add(toHex(outcome.message.bodyBytes))
      }
      if (outcome.kind === 'link') links.add(`${outcome.link.clockMs} ${outcome.link.archiveLink}`)
    })
    await fc.assert(changed, { numRuns: 2500 })
    expect([...said]).toEqual([toHex(signed.bodyBytes)])
    expect([...links].every((text) => text === `${link.clockMs} ${link.archiveLink}`)).toBe(true)
  })

  it('breaks an archive, not its reader', async () => {
    const messages = await Promise.all(
      [ann, ben, ann].map(async (signer) => archived(place, chatBody(channel), { signer })),
    )
    const metadata = { version: 0, fromSeconds: 1, toSeconds: 2, contentTopics: [] }
    const bytes = encodeArchive({ metadata, messages })
    const codes = new Set<string>()
    const broken = fc.asyncProperty(fc.nat({ max: bytes.byteLength * 8 - 1 }), async (bit) => {
      const forged = bytes.slice()
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      try {
        for await (const batch of openArchive(forged, { community, keys: { get: () => undefined } })) {
          codes.add(batch.counts.opened === 3 ? 'whole' : 'less')
        }
      } catch (error) {
        if (!isQuireError(error)) throw error
        codes.add(error.code)
      }
    })
    await fc.assert(broken, { numRuns: 1500 })
    expect([...codes].toSorted()).toEqual(['ERR_ARCHIVE_INVALID', 'less', 'whole'])
  })
})
