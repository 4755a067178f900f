import { describe, expect, it } from 'vitest'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import { toHex } from '../../history/crypto/hex.ts'
import type { CommunityId } from '../../history/ids.ts'
import { newDescription } from './describe-community.ts'
import { EnvelopeMaker } from './envelope-maker.ts'

const maker = new EnvelopeMaker({ groupKeys: { takeSeqNo: async () => 1 }, nowMs: () => 1_000 })

async function describedWith(introMessage: string): Promise<readonly Uint8Array[]> {
  const curve = await loadSecp256k1()
  const signer = curve.generate()
  const community = toHex(curve.compress(signer.publicKey)) as CommunityId
  return maker.description(community, { ...newDescription({ name: 'Gardeners' }, 1), introMessage }, signer)
}

describe('the envelopes of a description', () => {
  it('are one for a small one, and as many as it takes for others', async () => {
    expect(await describedWith('')).toHaveLength(1)
    expect(await describedWith('x'.repeat(400_000))).toHaveLength(4)
  })

  it('are none where it is larger than members take', async () => {
    const code = 'ERR_OPTION_INVALID'
    await expect(describedWith('x'.repeat(512_001))).rejects.toMatchObject({ code, details: { maxBytes: 512_000 } })
  })
})
