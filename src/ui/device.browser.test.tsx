import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { NAME_HEADER, SHARED_CACHE, sharedPrefix } from '../rpc/shared-files.ts'
import { browserDevice } from './page/browser-device.ts'
import type { Installing, Launch } from './state/device-services.ts'
import { fakeCid, transferOf } from './testing/fake-datasets.ts'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()
const DONE = transferOf(fakeCid(2), { state: 'done' }, { name: 'harvest.mp4' })

describe('pins', () => {
  it('are set in the list, by the keyboard alone', async () => {
    const { node } = await show('list')
    const pin = page.getByRole('button', { name: 'Pin harvest.mp4' })
    await expect.element(pin).toHaveAttribute('aria-pressed', 'false')
    pin.element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(pin).toHaveAttribute('aria-pressed', 'true')
    expect(node?.calls).toEqual([`setPinned ${fakeCid(2)} true`])
  })

  it('are taken off in the details, which say what that means', async () => {
    const { node } = await show('list-chosen')
    await expect.element(page.getByText('It stays on this device until you delete it.')).toBeVisible()
    await userEvent.click(page.getByRole('checkbox', { name: 'Pin this' }))
    await expect.element(page.getByText(/^When room is needed/)).toBeVisible()
    expect(node?.calls).toEqual([`setPinned ${fakeCid(1)} false`])
  })
})

describe('space', () => {
  it('is told as pinned, cached, others’ and free', async () => {
    await show('settings-communities-space')
    const bar = page.getByRole('img', {
      name: 'Storage: Pinned 61.0 MB, Cached 251 MB, Communities 300 MB, Free 9.00 GB',
    })
    await expect.element(bar).toBeVisible()
    const widths = [...bar.element().querySelectorAll('rect')].map((rect) => rect.width.baseVal.value)
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(1000, 0)
  })

  it('says what went to make room, lists it, and brings it back', async () => {
    const { node } = await show('evicted')
    await expect.element(page.getByText(/^To make room, “lecture-on-bees.mp4”, “map/)).toBeVisible()
    await userEvent.click(page.getByRole('link', { name: 'See the list' }))
    await userEvent.click(page.getByRole('button', { name: 'Fetch lecture-on-bees.mp4 again' }))
    expect(node?.calls).toEqual([`fetch ${fakeCid(31)}`])
  })

  it('clears the list of what went', async () => {
    await show('settings-evicted')
    await userEvent.click(page.getByRole('button', { name: 'Clear the list' }))
    await expect.element(page.getByRole('heading', { name: 'Removed to make room' })).not.toBeInTheDocument()
  })

  it('tells Safari’s rule where it applies, and only there', async () => {
    await show('settings-safari')
    await expect.element(page.getByText(/^Safari removes what this site has stored after 7 days of use/)).toBeVisible()
  })
})

describe('offers', () => {
  it('come once something has worked, and show the browser’s answer', async () => {
    const { node } = await show('list', { page: { askForPersistence: async () => true } })
    await expect.element(page.getByText('Shall the browser keep your files?')).not.toBeInTheDocument()
    node?.showTransfer(DONE)
    await userEvent.click(page.getByRole('button', { name: 'Ask the browser' }))
    await expect.element(page.getByText(/^The browser has promised/).first()).toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Close' }))
    await expect.element(page.getByText('The browser’s answer')).not.toBeInTheDocument()
  })

  it('install the app when a person says yes', async () => {
    const { pageCalls } = await show('offer-install')
    await userEvent.click(page.getByRole('button', { name: 'Install', exact: true }))
    expect(pageCalls).toEqual(['install'])
    await expect.element(page.getByText('Install Quire as an app?')).not.toBeInTheDocument()
  })
})

describe('backups', () => {
  it('are made with keys and a passphrase that is written twice', async () => {
    const { node, pageCalls } = await show('settings')
    await userEvent.click(page.getByRole('checkbox', { name: 'With my keys' }))
    await userEvent.fill(page.getByLabelText('Passphrase', { exact: true }), 'allotment seven')
    await userEvent.fill(page.getByLabelText('The same again'), 'allotment eight')
    await userEvent.click(page.getByRole('button', { name: 'Make a backup' }))
    await expect.element(page.getByText(/^The two differ\./)).toBeVisible()
    await userEvent.fill(page.getByLabelText('The same again'), 'allotment seven')
    await userEvent.click(page.getByRole('button', { name: 'Make a backup' }))
    await expect.element(page.getByText(/Your keys are in it/)).toBeVisible()
    expect(node?.calls).toEqual(['exportAll with keys'])
    expect(pageCalls).toEqual([expect.stringMatching(/^download Quire backup .*\.quire$/)])
  })

  it('that another page makes are shown and can be stopped', async () => {
    const { node } = await show('backup-running')
    await expect
      .element(page.getByText(/^Making a backup: 3 of 12 files, 1\.20 GB of 4\.02 GB, in another tab/))
      .toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Stop' }))
    expect(node?.calls).toEqual(['cancelBackup backup-1'])
  })

  it('are restored, and tell what became of each; locked keys are asked for again', async () => {
    const { node } = await show('backup-restored')
    await expect
      .element(page.getByText('11 files added, 1 file here already, 1 file damaged, 1 file not restored.'))
      .toBeVisible()
    await expect.element(page.getByText(/^2 blocks of it were damaged/)).toBeVisible()
    await userEvent.fill(page.getByLabelText('Passphrase of its keys'), 'allotment seven')
    await userEvent.click(page.getByRole('button', { name: 'Take the keys, too' }))
    expect(node?.calls).toEqual(['importAll', 'importAll'])
  })

  it('that are none are refused with the reason', async () => {
    await show('backup-failed')
    await expect.element(page.getByText('This file is no backup of Quire.').first()).toBeVisible()
  })
})

describe('what the system hands over', () => {
  function launching() {
    let listener: ((launch: Launch) => void) | undefined
    const onLaunch = (given: (launch: Launch) => void) => void (listener = given)
    const launch = (given: Partial<Launch>) => listener?.({ files: [], unreadableNames: [], ...given })
    return { device: { onLaunch }, launch }
  }

  it('is added where it is a file, and chosen where it is a backup', async () => {
    const { device, launch } = launching()
    const { node } = await show('empty', { device })
    launch({ files: [{ file: new File(['x'], 'a.jpg'), name: 'a.jpg' }] })
    await expect.element(page.getByRole('heading', { level: 2, name: 'a.jpg' })).toBeVisible()
    launch({ files: [{ file: new File(['x'], 'mine.quire'), name: 'mine.quire' }] })
    await expect.element(page.getByRole('form', { name: 'Restore a backup' })).toBeVisible()
    expect(node?.calls).toEqual(['upload a.jpg'])
  })

  it('is opened where it is an address, in the page that is there', async () => {
    const { device, launch } = launching()
    const { node } = await show('list', { device })
    launch({ url: `https://quire.example.org/#/${encodeURIComponent(`web+codex:${fakeCid(8)}`)}` })
    await expect.poll(() => node?.calls).toEqual([`fetch ${fakeCid(8)}`])
    launch({ url: 'https://quire.example.org/#/settings' })
    await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Settings')
  })

  it('is told where a share was left behind', async () => {
    const { device, launch } = launching()
    await show('list', { device })
    launch({ url: 'https://quire.example.org/share' })
    await expect.element(page.getByText(/^What was shared did not reach Quire/)).toBeVisible()
  })

  it('is told where a share could not be kept', async () => {
    await show('list', { openedHash: '#/shared/failed' })
    await expect.element(page.getByText(/^What was shared did not reach Quire/)).toBeVisible()
    expect(location.hash).toBe('#/')
  })

  it('is taken from the cache once, with its name, and uploaded', async () => {
    const base = new URL('.', location.href).href
    const cache = await caches.open(SHARED_CACHE)
    const headers = { 'Content-Type': 'image/jpeg', [NAME_HEADER]: encodeURIComponent('Übung 1.jpg') }
    await cache.put(`${sharedPrefix(base, 'an-id')}0`, new Response('a photo', { headers }))
    const { takeShared } = browserDevice(window)
    const { node } = await show('empty', { device: { takeShared }, openedHash: '#/shared/an-id' })
    await expect.poll(() => node?.calls).toEqual(['upload Übung 1.jpg'])
    expect(await takeShared('an-id')).toEqual([])
    expect(location.hash).not.toContain('shared')
  })
})

describe('installing in a browser that asks', () => {
  it('holds the browser’s question back until the page asks it', async () => {
    const device = browserDevice(window)
    const states: Installing[] = []
    device.installing.subscribe((state) => void states.push(state))
    const answers = ['dismissed', 'accepted']
    const question = () =>
      Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
        prompt: async () => ({ outcome: answers.shift() }),
      })
    expect(window.dispatchEvent(question())).toBe(false)
    expect(await device.install()).toBe(false)
    expect(await device.install()).toBe(false)
    window.dispatchEvent(question())
    expect(await device.install()).toBe(true)
    window.dispatchEvent(new Event('appinstalled'))
    expect(states).toEqual(['unknown', 'asks', 'unknown', 'asks', 'unknown', 'installed'])
  })
})
