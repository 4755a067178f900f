import type { RequestListener } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { parseManifestCid } from '../codec/cid.ts'
import { answerApi } from './control-api.ts'
import type { DatasetNode } from './dataset-node.ts'
import { KeeperClient } from './keeper-client.ts'
import { createLog } from './log.ts'
import { serve } from './testing/http-server.ts'
import { Pins } from './pins.ts'
import { SampleOffer } from './sample-offer.ts'
import { startMemoryNode } from './testing/memory-node.ts'

const TOKEN = 'a-token-of-the-length-that-is-needed'
const PIECE = new Uint8Array(65_536).fill(7)

function apiOf(node: DatasetNode): RequestListener {
  const log = createLog({ write: () => undefined }, 'silent')
  const { signal } = new AbortController()
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://keeper')
    const pins = new Pins({ node, log })
    void answerApi(request, response, {
      node,
      pins,
      sample: new SampleOffer({ isHere: async () => true }, { dataDir: '/nowhere' }),
      log,
      signal,
      debugInfo: () => ({}),
      token: TOKEN,
      announced: [],
      url,
    })
  }
}

async function clientOf(handler: RequestListener): Promise<KeeperClient> {
  return new KeeperClient({ url: await serve(handler), token: TOKEN })
}

/** A node that stores one byte more than it was given, or gives one byte less than it has. */
function lyingNode(node: DatasetNode): DatasetNode {
  const withMore = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* source
    yield new Uint8Array(1)
  }
  const altered = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of source) yield piece.map((byte) => byte ^ 1)
  }
  return {
    ...node,
    upload: (source, options) => node.upload(withMore(source), options),
    read: (cid, options) => altered(node.read(cid, options)),
  }
}

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield PIECE
}

async function collect(client: KeeperClient, cidText: string, options: { signal?: AbortSignal } = {}): Promise<number> {
  const cid = parseManifestCid(cidText)
  const manifest = await client.findManifest(cid, options)
  let sizeBytes = 0
  await client.copyContent({ cid, manifest }, (piece) => void (sizeBytes += piece.byteLength), options)
  return sizeBytes
}

describe('a keeper’s client', () => {
  it('notices a keeper that stored something else', async () => {
    const client = await clientOf(apiOf(lyingNode(await startMemoryNode())))

    await expect(client.add(pieces(3))).rejects.toMatchObject({ code: 'ERR_CONTENT_MISMATCH' })
  })

  it('notices a keeper that sends other bytes', async () => {
    const node = await startMemoryNode()
    const honest = await clientOf(apiOf(node))
    const liar = await clientOf(apiOf(lyingNode(node)))
    const { manifestCid } = await honest.add(pieces(3))

    expect(await collect(honest, manifestCid.toString())).toBe(3 * PIECE.byteLength)
    await expect(collect(liar, manifestCid.toString())).rejects.toMatchObject({ code: 'ERR_CONTENT_MISMATCH' })
  })

  it('notices a keeper that sends another manifest', async () => {
    const node = await startMemoryNode()
    const { manifestCid } = await (await clientOf(apiOf(node))).add(pieces(1))
    const { manifestCid: other } = await (await clientOf(apiOf(node))).add(pieces(2))
    const swapped: DatasetNode = { ...node, findManifest: () => node.findManifest(other) }
    const client = await clientOf(apiOf(swapped))

    await expect(client.findManifest(manifestCid)).rejects.toMatchObject({ code: 'ERR_CONTENT_MISMATCH' })
  })

  it('does not mistake a cut connection for the end', async () => {
    const node = await startMemoryNode()
    const cut = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of source) {
        yield piece
        throw new Error('the disk broke')
      }
    }
    const client = await clientOf(apiOf({ ...node, read: (cid, options) => cut(node.read(cid, options)) }))
    const { manifestCid } = await client.add(pieces(3))

    await expect(collect(client, manifestCid.toString())).rejects.toMatchObject({ code: 'ERR_KEEPER_ANSWER_INVALID' })
  })

  it.each<[string, RequestListener]>([
    ['a web page', (_request, response) => void response.end('<title>Hello</title>')],
    ['a list that is none', (_request, response) => void response.end('{"content":[{"cid":1}]}')],
    ['an error of another server', (_request, response) => void response.writeHead(502).end('Bad gateway')],
  ])('says that %s is no keeper’s answer', async (_title, handler) => {
    const client = await clientOf(handler)

    await expect(client.list()).rejects.toMatchObject({ code: 'ERR_KEEPER_ANSWER_INVALID' })
  })

  it('says that nobody listens', async () => {
    const client = new KeeperClient({ url: 'http://127.0.0.1:1', token: TOKEN })

    await expect(client.list()).rejects.toMatchObject({ code: 'ERR_KEEPER_NOT_RUNNING' })
  })

  it('makes the keeper discard an upload that it gives up', async () => {
    const node = await startMemoryNode()
    const client = await clientOf(apiOf(node))
    const stop = new AbortController()
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; ; count++) {
        if (count === 64) stop.abort(new Error('enough'))
        yield PIECE
      }
    }

    await expect(client.add(endless(), { signal: stop.signal })).rejects.toThrow('enough')

    await vi.waitFor(async () => expect((await node.space()).usedBytes).toBe(0))
    expect(await node.list()).toEqual([])
  })

  it('makes the keeper stop looking for what it no longer waits for', async () => {
    const stop = new AbortController()
    const { promise: searchEnded, resolve } = Promise.withResolvers<void>()
    const search: DatasetNode['findManifest'] = (_cid, { signal } = {}) =>
      new Promise((_found, reject) => {
        signal?.addEventListener('abort', () => {
          resolve()
          reject(signal.reason)
        })
        stop.abort(new Error('enough'))
      })
    const client = await clientOf(apiOf({ ...(await startMemoryNode()), findManifest: search }))
    const cid = parseManifestCid('zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd')

    await expect(client.findManifest(cid, { signal: stop.signal })).rejects.toThrow('enough')

    await searchEnded
  })

  it('makes the keeper stop reading for it when it goes away', async () => {
    const node = await startMemoryNode()
    const { promise: readerEnded, resolve } = Promise.withResolvers<void>()
    const watched = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      try {
        yield* source
      } finally {
        resolve()
      }
    }
    const client = await clientOf(apiOf({ ...node, read: (cid, options) => watched(node.read(cid, options)) }))
    const { manifestCid } = await client.add(pieces(400))
    const stop = new AbortController()
    const manifest = await client.findManifest(manifestCid)

    const copying = client.copyContent({ cid: manifestCid, manifest }, () => stop.abort(new Error('enough')), {
      signal: stop.signal,
    })

    await expect(copying).rejects.toThrow('enough')
    await readerEnded
  })
})
