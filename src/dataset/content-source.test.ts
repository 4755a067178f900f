import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { piecesOf } from './content-source.ts'

const PIECE = new Uint8Array(4)
const INIT = { pieceBytes: 4 }

async function* endless(): AsyncGenerator<Uint8Array> {
  while (true) yield PIECE
}

describe('the pieces of a stream', () => {
  it('end with the reason of an abort that comes between two of them', async () => {
    const stop = new AbortController()
    const pieces = piecesOf(endless(), { ...INIT, signal: stop.signal })
    await pieces.next()
    stop.abort(new Error('enough'))

    await expect(pieces.next()).rejects.toThrow('enough')
  })

  it('end with the reason of an abort that comes while the source is silent', async () => {
    const stop = new AbortController()
    const silent = new ReadableStream<Uint8Array>()
    const next = piecesOf(silent, { ...INIT, signal: stop.signal }).next()
    stop.abort(new Error('enough'))

    await expect(next).rejects.toThrow('enough')
  })

  it('leave nothing on the signal that could keep them alive', async () => {
    const { signal } = new AbortController()
    const pieces = piecesOf(endless(), { ...INIT, signal })
    for (let count = 0; count < 20; count += 1) await pieces.next()

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
