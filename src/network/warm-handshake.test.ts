import { pureJsCrypto } from '@libp2p/noise'
import { expect, it, vi } from 'vitest'
import { warmHandshake } from './warm-handshake.ts'

it('computes each part of a handshake once', async () => {
  const parts = [
    vi.spyOn(pureJsCrypto, 'generateX25519KeyPair'),
    vi.spyOn(pureJsCrypto, 'generateX25519SharedKey'),
    vi.spyOn(pureJsCrypto, 'getHKDF'),
    vi.spyOn(pureJsCrypto, 'chaCha20Poly1305Encrypt'),
    vi.spyOn(pureJsCrypto, 'chaCha20Poly1305Decrypt'),
  ]
  await warmHandshake()
  for (const part of parts) expect(part).toHaveBeenCalledOnce()
})
