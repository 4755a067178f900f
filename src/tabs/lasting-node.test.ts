import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeApi, NodeEvent } from '../rpc/api.ts'
import type { HistoryEvent } from '../rpc/history-api.ts'
import { DATASET, ServedNodeDouble } from '../rpc/testing/served-node-double.ts'
import { ClientSlot } from './client-slot.ts'
import { lastingNode } from './lasting-node.ts'
import { ServedClients } from './testing/served-client.ts'

const GONE = new QuireError('ERR_NODE_MOVED', 'The tab was closed.')
const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
const CONTENT = Uint8Array.from({ length: 10 }, (_, i) => i)

describe('the node of whichever tab runs it', () => {
  let slot: ClientSlot
  let api: NodeApi
  let held: string[]
  const clients = new ServedClients()

  beforeEach(() => {
    slot = new ClientSlot()
    held = []
    api = lastingNode(slot, {
      hold: async (cid) => void held.push(cid),
      release: async (cid) => void held.splice(held.indexOf(cid), 1),
    })
  })
  afterEach(() => clients.closeAll())

  /** The next tab’s node takes the place of the one before. */
  function move(node = new ServedNodeDouble()): ServedNodeDouble {
    slot.current?.fail(GONE)
    slot.set(clients.add(node).client)
    return node
  }

  it('holds an exported file until it is given back, over a move', async () => {
    move()
    await api.exportFile('x')
    move()
    expect(held).toEqual(['x'])
    await api.releaseFile('x')
    expect(held).toEqual([])
  })

  it('keeps calls until there is a node', async () => {
    const listing = api.list()
    move()
    expect(await listing).toEqual([DATASET])
  })

  it('lets go of a call that waits for a node when its signal aborts', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const fetching = api.fetch('x', { signal: controller.signal })
    controller.abort(reason)
    await expect(fetching).rejects.toBe(reason)
  })

  it('asks the next node again for what the last one’s store refused, as it had been passed', async () => {
    move().onFetch = () => Promise.reject(new QuireError('ERR_NODE_MOVED', 'Another tab took Quire over.'))
    const fetching = api.fetch('x')
    // An answer that comes after the refusal.
    await api.list()
    await api.list()
    move()
    expect(await fetching).toEqual(DATASET)
  })

  it('asks the next node again for what the last one had not answered', async () => {
    const [asked, askedAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    move().onFetch = () => {
      asked.resolve()
      return never()
    }
    const fetching = api.fetch('x')
    await asked.promise
    const second = new ServedNodeDouble()
    second.onFetch = async () => {
      askedAgain.resolve()
      return { ...DATASET, name: 'second' }
    }
    move(second)
    await askedAgain.promise
    expect(await fetching).toMatchObject({ name: 'second' })
  })

  it('gives a file that was being uploaded to the next node', async () => {
    const begun = Promise.withResolvers<void>()
    move().onUpload = () => {
      begun.resolve()
      return never()
    }
    const uploading = api.upload(new File(['12345'], 'a.txt'), { name: 'a.txt' })
    await begun.promise
    const second = new ServedNodeDouble()
    second.onUpload = async (file, name) => ({ ...DATASET, name, sizeBytes: file.size })
    move(second)
    expect(await uploading).toMatchObject({ name: 'a.txt', sizeBytes: 5 })
  })

  it('does not send a message twice: it says that the node moved', async () => {
    const sent = Promise.withResolvers<void>()
    const first = move()
    vi.spyOn(first.history, 'send').mockImplementation(() => {
      sent.resolve()
      return never()
    })
    const sending = api.history.send('0x02', 'c', { text: 'hello' })
    await sent.promise
    const second = new ServedNodeDouble()
    const sentAgain = vi.spyOn(second.history, 'send')
    move(second)
    await expect(sending).rejects.toMatchObject({ code: 'ERR_NODE_MOVED', cause: GONE })
    expect(sentAgain).not.toHaveBeenCalled()
  })

  it('passes on what a node says in failing, and asks no other', async () => {
    const error = new QuireError('ERR_NO_PEER_HAS_IT', 'Nobody has it.')
    let asked = 0
    move().onFetch = () => {
      asked++
      return Promise.reject(error)
    }
    await expect(api.fetch('x')).rejects.toMatchObject({ code: 'ERR_NO_PEER_HAS_IT' })
    expect(asked).toBe(1)
  })

  it('rejects what waits, and what is asked later, once there will be no node any more', async () => {
    const listing = api.list()
    const reason = new QuireError('ERR_STORE_UNAVAILABLE', 'No store.')
    slot.fail(reason)
    await expect(listing).rejects.toBe(reason)
    await expect(api.status()).rejects.toBe(reason)
  })

  it('goes on with content at the byte that it had reached', async () => {
    const ranges: unknown[] = []
    const first = move()
    vi.spyOn(first, 'stream').mockImplementation(async () => {
      return new ReadableStream({ start: (controller) => controller.enqueue(CONTENT.slice(0, 4)) })
    })
    const reader = (await api.stream('x')).getReader()
    expect((await reader.read()).value).toEqual(CONTENT.slice(0, 4))
    const reading = reader.read()
    const second = new ServedNodeDouble()
    second.manifest = async () => ({ ...DATASET, sizeBytes: CONTENT.byteLength })
    vi.spyOn(second, 'stream').mockImplementation(async (_link: string, options?: object) => {
      ranges.push(options && 'range' in options ? options.range : undefined)
      return new Blob([CONTENT.slice(4)]).stream()
    })
    move(second)
    expect((await reading).value).toEqual(CONTENT.slice(4))
    expect(ranges).toEqual([{ startByte: 4, endByte: 10 }])
    expect(await reader.read()).toEqual({ done: true, value: undefined })
  })

  it('ends content of which everything had arrived when the node moved', async () => {
    const first = move()
    vi.spyOn(first, 'stream').mockImplementation(async () => {
      return new ReadableStream({ start: (controller) => controller.enqueue(CONTENT.slice()) })
    })
    const range = { startByte: 5, endByte: 15 }
    const reader = (await api.stream('x', { range })).getReader()
    await reader.read()
    const reading = reader.read()
    const again = vi.fn<() => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>>()
    const second = new ServedNodeDouble()
    vi.spyOn(second, 'stream').mockImplementation(again)
    move(second)
    expect(await reading).toEqual({ done: true, value: undefined })
    expect(again).not.toHaveBeenCalled()
  })

  it('watches each node in turn, and no node after the unsubscribe', async () => {
    const first = move()
    const spaces: unknown[] = []
    const unwatch = await api.watch((event) => event.type === 'space' && spaces.push(event))
    await vi.waitFor(() => expect(spaces).toHaveLength(1))
    const second = move()
    await vi.waitFor(() => expect(spaces).toHaveLength(2))
    expect(first.listeners.size).toBeLessThanOrEqual(1)
    unwatch()
    await vi.waitFor(() => expect(second.listeners.size).toBe(0))
    const third = move()
    await api.status()
    expect(third.listeners.size).toBe(0)
  })

  it('has open timelines asked for again when the node moved', async () => {
    const events: HistoryEvent[] = []
    const withCommunity = (): ServedNodeDouble => {
      const node = new ServedNodeDouble()
      vi.spyOn(node.history, 'watch').mockImplementation((listener) => {
        listener({ type: 'communities', communities: [{ id: '0x02', follow: {}, publish: {} } as never] })
        return () => undefined
      })
      return node
    }
    move(withCommunity())
    await api.history.watch((event) => void events.push(event))
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['communities']))
    move(withCommunity())
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['communities', 'communities', 'touched']))
    expect(events.at(-1)).toMatchObject({ communityId: '0x02' })
  })

  it('keeps a row of a transfer that ended with the tab until somebody dismisses it', async () => {
    const transfer = { id: 'upload-1', kind: 'upload', name: 'a', isPausable: false, doneBytes: 0 } as const
    const error = new QuireError('ERR_STORE_FULL', 'Full.')
    const rest = { phase: { state: 'failed', error }, bytesPerSecond: 0, startedAtMs: 0 } as const
    const events: NodeEvent[] = []
    const first = move()
    await api.watch((event) => void events.push(event))
    first.emit({ type: 'transfer', transfer: { ...transfer, ...rest } })
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'transfer' }))
    move()
    await api.status()
    expect(events.filter(({ type }) => type === 'transfer-removed')).toEqual([])
    await api.dismissTransfer('upload-1')
    expect(events).toContainEqual({ type: 'transfer-removed', id: 'upload-1' })
  })
})
