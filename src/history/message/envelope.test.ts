import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope } from '../../codec/history/waku.ts'
import { CONTENT_TYPE } from '../../codec/history/chat.ts'
import { toHex } from '../crypto/hex.ts'
import { envelopeHash, MAX_SEGMENT_BYTES, openEnvelope, sealEnvelopes } from './envelope.ts'
import { MessageOpener } from './message-opener.ts'
import { signMessage, transportPayload } from './sign-message.ts'
import { chatBody, START_MS, testCommunity } from './testing/people.ts'

const { curve, id: community, ann, ben, owner, channel } = await testCommunity()
const signed = signMessage(curve, chatBody(channel), ann)
const payload = await transportPayload(signed)
const options = { community, signer: ann, atMs: START_MS + 1999 }
const newOpener = (): MessageOpener => new MessageOpener(curve, { community, keys: { get: () => undefined } })

describe('an envelope', () => {
  it('opens into what archives keep, and that into the message', async () => {
    const [envelope = new Uint8Array(), ...others] = await sealEnvelopes(curve, payload, options)
    expect(others).toEqual([])
    const message = await openEnvelope(curve, envelope, community)
    expect(message).toMatchObject({
      sig: ann.publicKey,
      payload,
      timestampSeconds: START_MS / 1000 + 1,
      thirdPartyId: '',
    })
    expect(toHex(message.topic)).toBe(decodeEnvelope(envelope).contentTopic.slice('/waku/1/'.length, -'/rfc26'.length))
    expect(message.hash).toEqual(await envelopeHash(decodeEnvelope(envelope)))
    expect(await newOpener().open(message)).toMatchObject({ kind: 'message', message: { id: signed.id } })
  })

  it('has the hash of its payload, topic, meta and time', async () => {
    const base = {
      payload: Uint8Array.of(1),
      contentTopic: 'a',
      version: 1,
      timestampNs: 1n,
      meta: new Uint8Array(),
      isEphemeral: false,
    }
    const others = [
      { ...base, payload: Uint8Array.of(2) },
      { ...base, contentTopic: 'b' },
      { ...base, timestampNs: 2n },
      { ...base, meta: Uint8Array.of(1) },
    ]
    const hashes = await Promise.all([base, { ...base, version: 2 }, ...others].map(envelopeHash))
    expect(new Set(hashes.map(toHex)).size).toBe(5)
  })

  it('of a picture is several, of which one may be lost', async () => {
    const image = {
      payload: crypto.getRandomValues(new Uint8Array(65_536)),
      format: 1,
      albumId: '',
      width: 1,
      height: 1,
      albumImagesCount: 1,
    }
    const filled = new Uint8Array(10 * MAX_SEGMENT_BYTES)
    for (let i = 0; i < filled.byteLength; i += 65_536) filled.set(image.payload.subarray(0, filled.byteLength - i), i)
    const body = chatBody(channel, { contentType: CONTENT_TYPE.image, image: { ...image, payload: filled } })
    const large = signMessage(curve, body, ann)
    const envelopes = await sealEnvelopes(curve, await transportPayload(large), options)
    expect(envelopes.length).toBe(11 + 1)
    const opener = newOpener()
    const outcomes: string[] = []
    for (const envelope of envelopes.toSpliced(3, 1)) {
      const outcome = await opener.open(await openEnvelope(curve, envelope, community))
      outcomes.push(outcome.kind === 'message' ? outcome.message.id : outcome.kind)
    }
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'segment'), large.id])
    expect(opener.incompleteSegments).toBe(0)
  })

  it.each([
    ['another topic', { contentTopic: '/waku/1/0x00000000/rfc26' }],
    ['another version', { version: 0 }],
    ['no time', { timestampNs: undefined }],
    ['a time before 1970', { timestampNs: -5n }],
    ['no payload', { payload: new Uint8Array() }],
    ['a payload of noise', { payload: new Uint8Array(300) }],
    ['a meta of 65 bytes', { meta: new Uint8Array(65) }],
  ])('with %s is refused', async (_title, change) => {
    const [good = new Uint8Array()] = await sealEnvelopes(curve, payload, options)
    const envelope = encodeEnvelope({ ...decodeEnvelope(good), ...change })
    await expect(openEnvelope(curve, envelope, community)).rejects.toMatchObject({ code: 'ERR_ENVELOPE_INVALID' })
  })

  it('of another community does not open', async () => {
    const [envelope = new Uint8Array()] = await sealEnvelopes(curve, payload, options)
    const other = toHex(curve.compress(ben.publicKey)) as typeof community
    await expect(openEnvelope(curve, envelope, other)).rejects.toMatchObject({ code: 'ERR_ENVELOPE_INVALID' })
    expect(owner.publicKey).not.toEqual(ben.publicKey)
  })
})
