import { encode } from 'uqr'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { followTitle, guardLeaving } from './page/leaving.ts'
import { fakeCid, transferOf } from './testing/fake-datasets.ts'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()
const endings: (() => void)[] = []

afterEach(() => {
  vi.useRealTimers()
  for (const end of endings.splice(0)) end()
})

/** Whether the browser would ask before the page is left. */
function asksBeforeLeaving(): boolean {
  return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
}

describe('the frame', () => {
  it('says what a long start may wait for and what to do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await show('starting')
    await expect.element(page.getByText('Starting the node')).toBeVisible()
    expect(document.body.textContent).not.toContain('Another tab')
    await vi.advanceTimersByTimeAsync(4_000)
    await expect.element(page.getByText(/Another tab of Quire .* close it there/)).toBeVisible()
  })

  it('goes through its places, and back', async () => {
    await show('list')
    await userEvent.click(page.getByRole('link', { name: 'Network' }))
    await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Network')
    await expect.element(page.getByRole('link', { name: 'Network' })).toHaveAttribute('aria-current', 'page')
    history.back()
    await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Files')
  })

  it('closes the details with the back button, and fetches nothing on the way', async () => {
    const { node } = await show('list')
    await userEvent.click(page.getByRole('button', { name: 'survey-of-the-old-town-walls.tar.zst 34 of' }))
    await expect.element(page.getByRole('heading', { level: 2, name: /^survey/ })).toBeVisible()
    history.back()
    await expect.element(page.getByRole('heading', { level: 2, name: /^survey/ })).not.toBeInTheDocument()
    history.forward()
    await expect.element(page.getByRole('heading', { level: 2, name: /^survey/ })).toBeVisible()
    expect(node?.calls).toEqual([])
  })

  it('gives the reason of the status line one click away', async () => {
    const { node } = await show('waiting-keeper-down')
    await userEvent.click(page.getByRole('button', { name: 'No keeper answers' }))
    await expect
      .element(page.getByText(/^The keeper at keeper\.example\.org cannot be reached\. Check this device/))
      .toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Try again now' }))
    expect(node?.calls).toEqual(['reconnect'])
  })

  it('says what to do when the tab that runs the node cannot be reached', async () => {
    await show('unreachable')
    await expect.element(page.getByText(/Close the other tabs of Quire/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Reload the page' })).toBeVisible()
  })

  it('offers a reload when the worker died', async () => {
    const { pageCalls } = await show('worker-died')
    await userEvent.click(page.getByRole('button', { name: 'Reload the page' }))
    expect(pageCalls).toEqual(['reload'])
  })

  it('asks before it is left only while an upload would be lost', async () => {
    const { model, node } = await show('fetching')
    endings.push(guardLeaving(model, window))
    expect(asksBeforeLeaving()).toBe(false)
    const upload = { kind: 'upload', cid: undefined, name: 'a.iso' } as const
    node?.showTransfer(transferOf('up', { state: 'moving', peers: 0 }, upload))
    expect(asksBeforeLeaving()).toBe(true)
    node?.showTransfer(transferOf('up', { state: 'done' }, upload))
    expect(asksBeforeLeaving()).toBe(false)
  })

  it('says in its title what moves', async () => {
    const { model } = await show('fetching')
    endings.push(followTitle(model, document))
    expect(document.title).toBe('28 % spring-2026-field-recordings.flac · Quire')
  })
})

describe('network and settings', () => {
  it('names its own addresses by what others come through, and copies them whole', async () => {
    const { pageCalls } = await show('network')
    await userEvent.click(page.getByText('WebRTC, introduced by keeper.example.org'))
    await expect
      .poll(() => pageCalls[0])
      .toMatch(/^copy \/dns4\/keeper\.example\.org\/tcp\/443\/.*\/p2p-circuit\/webrtc\/p2p\/\w+$/)
  })

  it('passes the browser’s answer on when it is asked to keep the files', async () => {
    await show('settings')
    await userEvent.click(page.getByRole('button', { name: 'Ask the browser to keep my files' }))
    await expect.element(page.getByText(/^The browser did not promise it/).first()).toBeVisible()
  })

  it('asks for no promise that was given', async () => {
    await show('settings', { page: { isPersistent: async () => true } })
    await expect.element(page.getByText(/^The browser has promised/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: /Ask the browser/ })).not.toBeInTheDocument()
  })

  it('changes the theme', async () => {
    await show('settings')
    await userEvent.click(page.getByText('Dark'))
    expect(getComputedStyle(document.documentElement).backgroundColor).toBe('rgb(20, 22, 26)')
    await userEvent.click(page.getByText('Light'))
    expect(getComputedStyle(document.documentElement).backgroundColor).toBe('rgb(251, 250, 247)')
  })
})

describe('the QR code', () => {
  it('draws each dark module of the link, and no other', async () => {
    const { node } = await show('list-chosen')
    const link = (await node?.shareLink(fakeCid(1), 'https://quire.example.org/')) ?? ''
    const { data, size } = encode(link, { ecc: 'L', border: 4, maskPattern: 0 })
    const ink = document.querySelector<SVGPathElement>('.qr-ink')
    const drawn = data.map((row, y) => row.map((_, x) => ink?.isPointInFill(new DOMPoint(x + 0.5, y + 0.5))))
    expect(size).toBeGreaterThan(40)
    expect(drawn).toEqual(data)
  })
})
