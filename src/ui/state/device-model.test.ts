import { describe, expect, it } from 'vitest'
import type { NodeApi } from '../../rpc/api.ts'
import type { PageServices } from '../page/page-services.ts'
import { datasetOf, fakeCid, transferOf } from '../testing/fake-datasets.ts'
import { DeviceModel } from './device-model.ts'
import { type DeviceServices, type Launch, NO_DEVICE } from './device-services.ts'
import type { FileActions } from './file-actions.ts'
import { Notices } from './notices.ts'
import { Router } from './router.ts'
import type { RouterWindow } from './router.ts'
import type { QueuedFile } from './upload-queue.ts'

function windowAt(hash: string): RouterWindow {
  const location = { hash } as Location
  const go = (_state: unknown, _title: string, url: string) => void (location.hash = url)
  const history = { state: null, pushState: go, replaceState: go } as unknown as History
  return { location, history, addEventListener: () => undefined, removeEventListener: () => undefined }
}

function fileCalled(name: string): QueuedFile {
  return { file: new File(['content'], name), name }
}

function deviceAt(hash = '#/', services: Partial<DeviceServices> = {}) {
  const added: string[] = []
  const window = windowAt(hash)
  const router = new Router(window)
  const notices = new Notices()
  let listener: ((launch: Launch) => void) | undefined
  const device = new DeviceModel({
    node: () => ({}) as NodeApi,
    page: {
      storage: () => ({ getItem: () => null, setItem: () => undefined }),
      isPersistent: async () => false,
    } as unknown as PageServices,
    device: { ...NO_DEVICE, onLaunch: (given) => void (listener = given), ...services },
    router,
    files: {
      add: (files: readonly QueuedFile[]) => added.push(...files.map(({ name }) => name)),
      tellUnreadable: (names: readonly string[]) => added.push(...names.map((name) => `unreadable ${name}`)),
    } as unknown as FileActions,
    notices,
    announce: () => undefined,
  })
  router.start()
  device.start()
  const launch = (given: Partial<Launch>) => listener?.({ files: [], unreadableNames: [], ...given })
  return { device, router, notices, added, launch, window }
}

describe('what the system starts the app with', () => {
  it('is added, except a backup, which waits to be restored', () => {
    const { device, router, added, launch } = deviceAt()
    launch({ files: ['a.jpg', 'Mine.QUIRE', 'b.txt'].map(fileCalled), unreadableNames: ['c.pdf'] })
    expect(added).toEqual(['unreadable c.pdf', 'a.jpg', 'b.txt'])
    expect(device.backup.chosen.value?.name).toBe('Mine.QUIRE')
    expect(router.route.value.place).toBe('settings')
  })

  it('is opened once, be it where the page stands already or not', () => {
    const { router, launch } = deviceAt('#/settings')
    launch({ url: 'https://quire.example.org/' })
    expect(router.route.value.place).toBe('settings')
    launch({ url: 'https://quire.example.org/#/communities' })
    expect(router.route.value.place).toBe('communities')
    launch({ url: `https://quire.example.org/#/web+codex:${fakeCid(1)}` })
    expect(router.route.value.cid).toBe(fakeCid(1))
    expect(router.takeOpenedLink()).toBe(fakeCid(1))
    launch({ url: `https://quire.example.org/#/web+codex:${fakeCid(1)}` })
    expect(router.takeOpenedLink()).toBeUndefined()
  })
})

describe('what another app shares', () => {
  it('is added, and the address names it no more', async () => {
    const { device, added, window } = deviceAt('#/shared/an-id', { takeShared: async (id) => [fileCalled(id)] })
    await device.takeShared('an-id')
    expect(added).toEqual(['an-id'])
    expect(window.location.hash).toBe('#/')
  })

  it.each([
    ['could not be kept', 'failed', async () => [fileCalled('never')]],
    ['is gone', 'an-id', async () => []],
    ['cannot be read', 'an-id', () => Promise.reject(new TypeError('no caches'))],
  ] as const)('is told in a notice where it %s', async (_title, id, takeShared) => {
    const { device, notices, added } = deviceAt('#/', { takeShared })
    await device.takeShared(id)
    expect(added).toEqual([])
    expect(notices.list.value).toMatchObject([
      { kind: 'upload', error: { message: expect.stringMatching(/^What was/u) } },
    ])
  })

  it('is not missed while it is on its way, and is where the page was only brought to the front', async () => {
    const coming = deviceAt('#/shared/an-id')
    coming.launch({ url: 'https://quire.example.org/share' })
    expect(coming.notices.list.value).toEqual([])
    const left = deviceAt('#/')
    left.launch({ url: 'https://quire.example.org/share' })
    expect(left.notices.list.value).toHaveLength(1)
  })
})

describe('what the node tells', () => {
  it('is a success when a file was fetched, and not when one was saved', async () => {
    const { device } = deviceAt()
    await device.space.readPromise()
    device.receive({ type: 'transfer', transfer: transferOf(fakeCid(1), { state: 'done' }, { kind: 'save' }) })
    expect(device.offers.shown.value).toBeUndefined()
    device.receive({ type: 'transfer', transfer: transferOf(fakeCid(1), { state: 'done' }) })
    expect(device.offers.shown.value).toBe('keep')
  })

  it('is what went to make room, until it is here again', () => {
    const { device } = deviceAt()
    const evicted = [{ cid: fakeCid(1), name: 'a', sizeBytes: 1, lastUsedAtMs: 1 }]
    device.receive({ type: 'evicted', eviction: { evicted, reason: 'low', atMs: 1 } })
    expect(device.space.gone.value).toHaveLength(1)
    device.receive({ type: 'datasets', datasets: [datasetOf(fakeCid(1))] })
    expect(device.space.gone.value).toEqual([])
  })
})
