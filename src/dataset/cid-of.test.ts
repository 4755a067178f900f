import { describe, expect, it } from 'vitest'
import { cidText } from '../codec/cid.ts'
import { cidOf } from './cid-of.ts'

const BLOCK = 65_536
const text = (content: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(content))
const filled = (sizeBytes: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(sizeBytes).fill(value)
const counting = Uint8Array.from({ length: 300_000 }, (_, i) => (31 * i + 7) & 255)

interface Vector {
  readonly name: string
  readonly content: Uint8Array<ArrayBuffer>
  readonly blockCount: number
  readonly tree: string
  readonly manifest: string
}

/** Made by the native code, or computed by the rules that its vectors prove: content, blocks, tree, manifest (C, no name). */
const VECTORS: Vector[] = [
  {
    name: 'Hello World!',
    content: text('Hello World!'),
    blockCount: 1,
    tree: 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX',
    manifest: 'zDvZRwzm1uJLrABuHUmcnzzfjedHmSGJ6cGDgYMiuL3XFRxcyU8N',
  },
  {
    name: 'some file contents',
    content: text('some file contents'),
    blockCount: 1,
    tree: 'zDzSvJTezk7bJNQqFq8k1iHXY84psNuUfZVusA5bBQQUSuyzDSVL',
    manifest: 'zDvZRwzmDuZWyWGSH6qZqF7ft1AGzxqxqRNQXfpPRKPPr389wS6s',
  },
  {
    name: 'one zero byte',
    content: filled(1, 0),
    blockCount: 1,
    tree: 'zDzSvJTf8RviqW9HL7ppHPywc6dQZFY1JWpcNc1ZWsPt3aQue7AP',
    manifest: 'zDvZRwzm7QrruUSiNbyEhWM4iYNziZmkf5g3CFSdJmNKMfQ2uvLi',
  },
  {
    name: 'a block of zeros',
    content: filled(BLOCK, 0),
    blockCount: 1,
    tree: 'zDzSvJTf8RviqW9HL7ppHPywc6dQZFY1JWpcNc1ZWsPt3aQue7AP',
    manifest: 'zDvZRwzmBqwJMyMBMyALf3AyVXvgUmXq9RQFFF7H4QrNEmEvXth4',
  },
  {
    name: 'one byte more than a block',
    content: filled(BLOCK + 1, 97),
    blockCount: 2,
    tree: 'zDzSvJTfCCn4rQDNTLJLCmCv6Ke3G5Npu8WcCec93kKtwuaVsAxL',
    manifest: 'zDvZRwzkzXa1hQHijKbXXuGLXEQ6Z2R7roeMQirrGuULm7JHwAmb',
  },
  {
    name: 'three whole blocks',
    content: filled(3 * BLOCK, 97),
    blockCount: 3,
    tree: 'zDzSvJTf69hdxR6EZoSgMMAvmRP2n2Crr6K4JKEG7HcPwxLe5wmj',
    manifest: 'zDvZRwzkxv5vMtiAdfNEcZd3cTiEiVMqrPfgefNmHnXyCctngCBK',
  },
  {
    name: '200 000 bytes',
    content: filled(200_000, 97),
    blockCount: 4,
    tree: 'zDzSvJTf9DzmmpbyteN68Q1YYUAu1hB6qYiHvVq1unFfVMmL4jyR',
    manifest: 'zDvZRwzm9y1sw1HAfJnMVYiLSyYGNDR1X1i213yqtGCrDRuLrcMF',
  },
  {
    name: '300 000 bytes that differ',
    content: counting,
    blockCount: 5,
    tree: 'zDzSvJTfHWmNG2Fgjoex99NsBxkXfjFJtt3fBeqptQ3AgpFDkmGw',
    manifest: 'zDvZRwzm8fcn9cwZXW7FByXfFPwXoxiR31Ps6B8rmYxh2gBes32s',
  },
]

async function* inPieces(content: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += pieceBytes) yield content.subarray(at, at + pieceBytes)
}

function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
}

describe('cidOf', () => {
  it.each(VECTORS)(
    'gives the CIDs that a native node gives: $name',
    async ({ content, blockCount, tree, manifest }) => {
      const sealed = await cidOf(new Blob([content]))
      expect(cidText(sealed.treeCid)).toBe(tree)
      expect(cidText(sealed.manifestCid)).toBe(manifest)
      expect(sealed).toMatchObject({ blockCount, sizeBytes: content.byteLength, blockSizeBytes: BLOCK })
    },
  )

  it('puts name and media type into the manifest', async () => {
    const named = { filename: 'hello.txt', mimetype: 'text/plain' }
    const hello = await cidOf(new Blob(['Hello World!']), named)
    expect(cidText(hello.manifestCid)).toBe('zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd')
    // Uploaded to a native node v0.4.4.
    const upload = { filename: 'lp0008-upload.txt', mimetype: 'text/plain' }
    const live = await cidOf(new Blob(['lp-0008 agent storage skill\n']), upload)
    expect(cidText(live.manifestCid)).toBe('zDvZRwzm6L91tfhtuGMSSt8ESiFX9eoHvWKfk2WczzaJCRUcUX4V')
  })

  it.each([1_000, BLOCK - 1, BLOCK, BLOCK + 1, 1_000_000])(
    'is the same for a stream in pieces of %i',
    async (pieceBytes) => {
      const expected = await cidOf(new Blob([counting]))
      const ofIterable = await cidOf(inPieces(counting, pieceBytes))
      const ofStream = await cidOf(streamOf(inPieces(counting, pieceBytes)))
      expect(cidText(ofIterable.manifestCid)).toBe(cidText(expected.manifestCid))
      expect(cidText(ofStream.manifestCid)).toBe(cidText(expected.manifestCid))
    },
  )

  it('refuses an empty file and an empty stream', async () => {
    await expect(cidOf(new Blob([]))).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
    await expect(cidOf(inPieces(new Uint8Array(), 1))).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
  })

  it('takes blocks of another size and refuses one that manifests may not have', async () => {
    expect(await cidOf(new Blob([counting]), { blockSizeBytes: 4096 })).toMatchObject({ blockCount: 74 })
    for (const blockSizeBytes of [0, 2048, 5000, 1_048_576, Number.NaN]) {
      await expect(cidOf(new Blob(['a']), { blockSizeBytes })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    }
  })
})
