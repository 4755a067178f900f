import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { digest } from '../codec/testing/arbitraries.ts'
import { concat } from '../codec/concat.ts'
import { toHex } from '../codec/testing/bytes.ts'
import { loadNodeHasher, sha256 } from './hasher.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('hashing', () => {
  it('gives the known SHA-256 of nothing', async () => {
    expect(toHex(await sha256(new Uint8Array()))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('hashes nodes as left, right and key, the same as WebCrypto', async () => {
    const hasher = await loadNodeHasher()
    await fc.assert(
      fc.asyncProperty(digest, digest, fc.nat({ max: 3 }), async (left, right, key) => {
        const expected = await sha256(concat(left, right, Uint8Array.of(key)))
        expect(toHex(hasher.hash(left, right, key))).toBe(toHex(expected))
      }),
      { numRuns: 300 },
    )
  })

  it('gives a new array each time', async () => {
    const hasher = await loadNodeHasher()
    const first = hasher.hash(new Uint8Array(32), new Uint8Array(32), 0)
    const before = toHex(first)
    hasher.hash(new Uint8Array(32), new Uint8Array(32), 1)
    expect(toHex(first)).toBe(before)
  })

  it('hashes only the bytes of a view', async () => {
    const bytes = Uint8Array.of(9, 1, 2, 9)
    expect(toHex(await sha256(bytes.subarray(1, 3)))).toBe(toHex(await sha256(Uint8Array.of(1, 2))))
  })

  it('loads the node hasher once', async () => {
    expect(await loadNodeHasher()).toBe(await loadNodeHasher())
  })

  it('says that the page is insecure where WebCrypto is missing', async () => {
    vi.stubGlobal('crypto', {})
    await expect(sha256(new Uint8Array())).rejects.toMatchObject({ code: 'ERR_INSECURE_PAGE' })
  })
})
