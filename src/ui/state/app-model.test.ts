import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { NodeApi } from '../../rpc/api.ts'
import type { PageServices } from '../page/page-services.ts'
import { datasetOf, fakeCid, transferOf } from '../testing/fake-datasets.ts'
import { FakeNode } from '../testing/fake-node.ts'
import { AppModel } from './app-model.ts'
import type { NodeHost } from './node-state.ts'
import { Router } from './router.ts'
import type { RouterWindow } from './router.ts'
import { ThemeChoice } from './theme.ts'

const CID = fakeCid(1)
const STATUS = {
  peerId: '16U',
  version: '0',
  reachability: { state: 'starting' },
  addresses: [],
  peers: [],
  relays: [],
  nat: { kind: 'unknown', families: [] },
  announcing: { wantedCount: 0, announcedCount: 0, maxCount: 100 },
  unreached: [],
  dropped: [],
  uploadLimits: {},
} as const
const SPACE = { usedBytes: 0, quotaBytes: 1, freeBytes: 1, blockCount: 0 }

let pointedAt: string | undefined

const PAGE: PageServices = {
  baseUrl: 'https://quire.example.org/',
  copyText: async () => undefined,
  download: () => undefined,
  isPersistent: async () => true,
  askForPersistence: async () => true,
  isPointedAt: (elementId) => elementId === pointedAt,
  later: () => () => undefined,
  reload: () => undefined,
  readSample: async () => undefined,
  storage: () => ({ getItem: () => null, setItem: () => undefined }),
}

/** The part of a window that the router needs, opened at `hash` by a link. */
function windowAt(hash: string): RouterWindow {
  const location = { hash } as Location
  const history = {
    state: null,
    pushState: (_state: unknown, _title: string, url: string) => {
      location.hash = url
    },
  } as unknown as History
  return { location, history, addEventListener: () => undefined, removeEventListener: () => undefined }
}

function modelOf(node: NodeApi, hash = '#/', ownHost?: NodeHost) {
  const die = Promise.withResolvers<(error: unknown) => void>()
  const model = new AppModel({
    host: ownHost ?? {
      open: async (onDeath) => {
        die.resolve(onDeath)
        return node
      },
      close: () => undefined,
    },
    page: PAGE,
    router: new Router(windowAt(hash)),
    theme: new ThemeChoice({ dataset: {} } as HTMLElement, () => ({ getItem: () => null, setItem: () => undefined })),
  })
  return { model, die: die.promise }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  pointedAt = undefined
  vi.useRealTimers()
})

describe('AppModel', () => {
  it('takes an ended transfer off the list when it has been read, a failed one never', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model } = modelOf(node)
    await model.start()
    const error = { code: 'ERR_NO_PEER_HAS_IT', message: '', advice: '', details: {}, causes: [] } as const
    node.showTransfer(transferOf('a', { state: 'done' }))
    node.showTransfer(transferOf('b', { state: 'cancelled' }))
    node.showTransfer(transferOf('c', { state: 'failed', error }))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(node.calls).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(node.calls).toEqual(['dismissTransfer fetch-a', 'dismissTransfer fetch-b'])
    expect(model.shownTransfers.value.map(({ id }) => id)).toEqual(['fetch-c'])
  })

  it('leaves an ended transfer where it is for as long as a person points at its row', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model } = modelOf(node)
    await model.start()
    pointedAt = 'transfer-fetch-a'
    node.showTransfer(transferOf('a', { state: 'done' }))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(node.calls).toEqual([])
    pointedAt = undefined
    await vi.advanceTimersByTimeAsync(7_000)
    expect(node.calls).toEqual(['dismissTransfer fetch-a'])
  })

  it('shows of those that are done the newest three, and all that run or failed', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model } = modelOf(node)
    await model.start()
    const error = { code: 'ERR_NO_PEER_HAS_IT', message: '', advice: '', details: {}, causes: [] } as const
    const phases = { failed: { state: 'failed', error }, busy: { state: 'moving', peers: 1 } } as const
    node.showTransfer(transferOf('a', phases.failed, { startedAtMs: 1 }))
    node.showTransfer(transferOf('b', phases.busy, { startedAtMs: 2 }))
    for (let at = 3; at < 8; at++) node.showTransfer(transferOf(`${at}`, { state: 'done' }, { startedAtMs: at }))
    const shown = ['fetch-7', 'fetch-6', 'fetch-5', 'fetch-b', 'fetch-a']
    expect(model.shownTransfers.value.map(({ id }) => id)).toEqual(shown)
    await vi.advanceTimersByTimeAsync(7_000)
    expect(model.shownTransfers.value.map(({ id }) => id)).toEqual(['fetch-b', 'fetch-a'])
  })

  it('lets go of its timers when it stops', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model } = modelOf(node)
    await model.start()
    node.showTransfer(transferOf('a', { state: 'done' }))
    model.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(node.calls).toEqual([])
  })

  it('fetches an opened link only once it knows what is here', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const watch = node.watch.bind(node)
    let tell: () => void = () => undefined
    // A node that tells of its datasets later than of everything else.
    node.watch = (listener) => {
      return watch((event) => {
        if (event.type === 'datasets') tell = () => listener(event)
        else listener(event)
      })
    }
    const { model } = modelOf(node, `#/${CID}?maddrs=a`)
    await model.start()
    expect(node.calls).toEqual([])
    tell()
    expect(node.calls).toEqual([`fetch ${CID}?maddrs=a`])
  })

  it('fetches the rest of a partial dataset whose link was opened', async () => {
    const datasets = [datasetOf(CID, { haveCount: 3 })]
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets, transfers: [] })
    await modelOf(node, `#/${CID}`).model.start()
    expect(node.calls).toEqual([`fetch ${CID}`])
  })

  it('says why the node is gone when it dies', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model, die } = modelOf(node)
    await model.start()
    const kill = await die
    kill(new QuireError('ERR_WORKER_DIED', 'The node stopped.'))
    expect(model.nodeState.value).toMatchObject({ state: 'failed', error: { code: 'ERR_WORKER_DIED' } })
    expect(model.announcement.value).toBe('The node stopped.')
  })

  it('takes the node over through its host, and runs', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    // A host with private state, as the real one has: a method that is torn off it does not work.
    class BusyHost {
      readonly #node = node
      async open(): Promise<NodeApi> {
        throw new QuireError('ERR_NODE_ELSEWHERE', 'Elsewhere.')
      }
      async takeOver(): Promise<NodeApi> {
        return this.#node
      }
      close(): void {}
    }
    const { model } = modelOf(node, '#/', new BusyHost())
    await model.start()
    expect(model.nodeState.value).toMatchObject({ state: 'failed', error: { code: 'ERR_NODE_ELSEWHERE' } })
    await model.takeOver()
    expect(model.nodeState.value).toEqual({ state: 'running', api: node })
  })

  it('turns a call without a node into a notice', async () => {
    const node = new FakeNode({ status: STATUS, space: SPACE, datasets: [], transfers: [] })
    const { model } = modelOf(node)
    await model.files.delete(datasetOf(CID, { name: 'a.txt' }))
    expect(model.shownNotices.value.map(({ kind, names, error }) => [kind, ...names, error.code])).toEqual([
      ['delete', 'a.txt', 'ERR_NODE_STOPPED'],
    ])
  })
})
