import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { NodeClient } from './client.ts'
import type { HistoryEvent } from './history-api.ts'
import { COMMUNITY, IMPORT } from './testing/served-history-double.ts'
import { serveDouble } from './testing/served-client.ts'
import type { ServedNodeDouble } from './testing/served-node-double.ts'

const QUERY = { channelId: 'x', anchor: { kind: 'newest' }, limit: 10 } as const

describe('the history service behind a port', () => {
  let node: ServedNodeDouble
  let client: NodeClient
  let stopServing: () => void
  let stop: () => void

  beforeEach(() => {
    ;({ node, client, stopServing, stop } = serveDouble())
  })
  afterEach(() => stop())

  it('answers calls with what the service gives', async () => {
    expect(await client.history.shareLink(COMMUNITY.id, 'http://localhost/')).toBe(
      `http://localhost/#/c/${COMMUNITY.id}`,
    )
    expect(await client.history.archives(COMMUNITY.id)).toEqual([])
    expect(await (await client.history.attachment(COMMUNITY.id, '0x01', 0)).text()).toBe('png')
    expect((await client.history.exportSpan(COMMUNITY.id, { fromMs: 0, toMs: 1, format: 'html' })).size).toBe(1)
  })

  it('rejects with the code that the service threw', async () => {
    node.history.onFollow = async () => {
      throw new QuireError('ERR_COMMUNITY_LINK_INVALID', 'No id in it.')
    }
    await expect(client.history.follow('x')).rejects.toMatchObject({ code: 'ERR_COMMUNITY_LINK_INVALID' })
  })

  it('gives the failure of a community as data, with its advice', async () => {
    const error = new QuireError('ERR_INDEX_INVALID', 'The index does not decode.')
    node.history.onFollow = async () => ({ ...COMMUNITY, follow: { state: 'failed', error } })
    const { follow } = await client.history.follow(COMMUNITY.id)
    expect(follow).toMatchObject({ state: 'failed', error: { code: 'ERR_INDEX_INVALID', advice: error.advice } })
  })

  it('aborts a call over its own port and rejects at once', async () => {
    const told = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    node.history.onTimeline = (signal) => {
      signal?.addEventListener('abort', () => told.resolve())
      started.resolve()
      return new Promise(() => undefined)
    }
    const controller = new AbortController()
    const failure = client.history.timeline(COMMUNITY.id, QUERY, { signal: controller.signal })
    await started.promise
    controller.abort()
    await expect(failure).rejects.toMatchObject({ name: 'AbortError' })
    await told.promise
  })

  it('takes files and images across with the options beside them', async () => {
    let seen: unknown
    node.history.onImport = async (file, { kind }) => {
      seen = { text: await file.text(), kind }
      return IMPORT
    }
    const file = new File(['{}'], 'export.json')
    const { signal } = new AbortController()
    expect(await client.history.importFile(COMMUNITY.id, file, { kind: 'slack', signal })).toEqual(IMPORT)
    expect(seen).toEqual({ text: '{}', kind: 'slack' })
    const images: (readonly Blob[])[] = []
    node.history.onSend = (sent) => images.push(sent)
    await client.history.send(COMMUNITY.id, 'x', { text: 'look', images: [new Blob(['1'], { type: 'image/png' })] })
    expect(images[0]?.map(({ type }) => type)).toEqual(['image/png'])
  })

  it('tells watchers the present state, then changes, until they stop', async () => {
    const events: HistoryEvent[] = []
    const stop = await client.history.watch((event) => events.push(event))
    await vi.waitFor(() =>
      expect(events).toMatchObject([{ type: 'communities', communities: [{ publish: { state: 'idle' } }] }]),
    )
    const error = new QuireError('ERR_STORE_FULL', 'No room.')
    node.history.emit({ type: 'imports', imports: [{ ...IMPORT, state: { state: 'failed', error } }] })
    await vi.waitFor(() =>
      expect(events[1]).toMatchObject({ imports: [{ state: { error: { code: 'ERR_STORE_FULL' } } }] }),
    )
    stop()
    await vi.waitFor(() => expect(node.history.listeners.size).toBe(0))
  })

  it('tells a watcher of a service that could not be started why nothing will come', async () => {
    node.history.onStarted = async () => Promise.reject(new QuireError('ERR_STORE_FULL', 'No room.'))
    await expect(client.history.watch(() => undefined)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(node.history.listeners.size).toBe(0)
  })

  it('rejects every call that waits when the node is gone, and every later one', async () => {
    node.history.onTimeline = () => new Promise(() => undefined)
    const pending = client.history.timeline(COMMUNITY.id, QUERY)
    client.fail(new QuireError('ERR_WORKER_DIED', 'Gone.'))
    await expect(pending).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
    await expect(client.history.groupKeys(COMMUNITY.id)).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
  })

  it('ends the events of its watchers when the node is no longer served', async () => {
    await client.history.watch(() => undefined)
    stopServing()
    expect(node.history.listeners.size).toBe(0)
  })
})
