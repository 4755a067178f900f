import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { SelfTestView } from '../../rpc/connectivity.ts'
import { usePage } from '../testing/page-fixture.ts'

const { show } = usePage()

const drawing = () => page.getByRole('img', { name: /^This browser/ })
const runs: SelfTestView = {
  state: 'running',
  startedAtMs: 1,
  checks: [
    { name: 'online', state: 'ok', finding: 'online' },
    { name: 'keeper', state: 'running' },
  ],
}

describe('the drawing of connections', () => {
  it('says in words what it shows', async () => {
    await show('network-many-peers')
    await expect
      .element(drawing())
      .toHaveAccessibleName(
        'This browser reaches 23 peers directly and 1 peer through a relay; 2 keepers hold a place for it; 1 keeper does not answer.',
      )
  })

  it('draws direct lines solid, relayed ones dashed, and thicker where more moves', async () => {
    await show('network')
    const [direct, relayed] = ['.map-line-direct', '.map-line-relayed'].map((name) => document.querySelector(name))
    expect(direct && getComputedStyle(direct).strokeDasharray).toBe('none')
    expect(relayed && getComputedStyle(relayed).strokeDasharray).toBe('6px, 5px')
    expect(Number(direct?.getAttribute('stroke-width'))).toBeGreaterThan(Number(relayed?.getAttribute('stroke-width')))
  })

  it('follows what the node tells', async () => {
    const { node, model } = await show('network-one-peer')
    const status = model.snapshot.value.status
    if (status === undefined) throw new Error('The page has no status.')
    node?.showStatus({ ...status, peers: status.peers.filter(({ isKeeper }) => isKeeper) })
    await expect
      .element(drawing())
      .toHaveAccessibleName(/^This browser is connected to no other device; 1 keeper holds/)
    expect(document.querySelector('.map-peer')).toBeNull()
  })

  it('fits a narrow page', async () => {
    await page.viewport(360, 740)
    await show('network-many-peers')
    await expect.poll(() => document.querySelector('.network-map > svg')?.clientWidth).toBeLessThanOrEqual(328)
    const frame = document.querySelector('.network-map')?.getBoundingClientRect()
    const texts = [...document.querySelectorAll('.network-map text')].map((text) => text.getBoundingClientRect())
    expect(texts.filter(({ left, right }) => left < (frame?.left ?? 0) || right > (frame?.right ?? 0))).toEqual([])
  })

  it('has a list that shows twenty until more are asked for', async () => {
    await show('network-many-peers')
    const rows = page.getByRole('table').getByRole('row')
    await expect.element(rows.nth(20)).toBeVisible()
    expect(rows.all()).toHaveLength(21)
    await userEvent.click(page.getByRole('button', { name: 'Show 6 more connections' }))
    await expect.element(rows.nth(26)).toBeVisible()
  })

  it('has all of it in the list, too', async () => {
    await show('network')
    await expect.element(page.getByRole('cell', { name: 'WebRTC, direct Punched through' })).toBeVisible()
    await expect
      .element(page.getByRole('cell', { name: 'Relay, through keeper.example.org Not direct: the routers' }))
      .toBeVisible()
  })
})

describe('keepers', () => {
  it('are listed with how each stands where there are several', async () => {
    await show('network-many-peers')
    const list = page.getByRole('region', { name: 'Others can reach this browser' }).getByRole('listitem')
    await expect.element(list.nth(0)).toHaveTextContent('keeper.example.org: place held')
    await expect.element(list.nth(2)).toHaveTextContent(/: no answer\s*The keeper cannot be reached\.$/)
  })

  it('are no list where there is one', async () => {
    await show('network')
    expect(document.querySelector('.keepers')).toBeNull()
  })
})

describe('peers that were not reached', () => {
  it('are listed with the reason', async () => {
    await show('network-unreached')
    const list = page.getByRole('region', { name: 'Not reached lately' }).getByRole('listitem')
    await expect.element(list.nth(0)).toHaveTextContent(/It is not online/)
    await expect.element(list.nth(1)).toHaveTextContent(/carries as much as it may/)
  })
})

describe('the test of the connection', () => {
  it('shows each check as it runs, and is stopped', async () => {
    const { node, model } = await show('network')
    await userEvent.click(page.getByRole('button', { name: 'Test the connection' }))
    node?.showSelfTest(runs)
    const checks = page.getByRole('region', { name: 'Test of the connection' }).getByRole('listitem')
    await expect.element(checks.nth(0)).toHaveTextContent('Network of this deviceokThe browser says')
    await expect.element(checks.nth(1)).toHaveTextContent('Keepersrunning')
    await userEvent.click(page.getByRole('button', { name: 'Stop the test' }))
    await expect.element(page.getByText('The test was stopped. 0 of 1 checks are ok, 1 not made.')).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Test again' })).toBeVisible()
    expect(node?.calls).toEqual(['selfTest'])
    expect(model.announcement.value).toBe('The test was stopped.')
  })

  it('tells its result to a screen reader', async () => {
    const done = { ...runs, state: 'done', checks: runs.checks.slice(0, 1) } as const
    const { model } = await show('network', { selfTest: async () => done })
    await userEvent.click(page.getByRole('button', { name: 'Test the connection' }))
    await expect.poll(() => model.announcement.value).toBe('All 1 checks are ok.')
  })

  it('says what to do where a check failed', async () => {
    await show('network-test-failed')
    await expect.element(page.getByText('Try another network, or without a VPN.').last()).toBeVisible()
  })

  it('is part of the report that is copied', async () => {
    const { pageCalls } = await show('network-test-failed')
    await userEvent.click(page.getByRole('button', { name: 'Copy report' }))
    await expect.poll(() => pageCalls[0]).toMatch(/^copy Quire 0\.1\.0: report on the connection\n/)
    expect(pageCalls[0]).toContain('UDP to the outside: failed')
  })
})

describe('announcing', () => {
  it('is switched off and on in the details, with words on what that means', async () => {
    const { node } = await show('list-chosen')
    const announce = page.getByRole('checkbox', { name: 'Announce this' })
    await expect.element(announce).toBeChecked()
    await userEvent.click(announce)
    await expect.element(announce).not.toBeChecked()
    await expect.element(announce).toHaveAccessibleDescription(/^Keepers are not told/)
    await userEvent.click(announce)
    await expect.element(announce).toHaveAccessibleDescription(/^Keepers are told/)
    expect(node?.calls.map((call) => call.replace(/zDv\w+/, 'CID'))).toEqual([
      'setAnnounced CID false',
      'setAnnounced CID true',
    ])
  })

  it('of more than is announced is said where the files are and where the network is', async () => {
    await show('list-announces-much')
    await userEvent.click(page.getByRole('link', { name: 'Why, and what to do' }))
    await expect.element(page.getByText('The newest 250 of 1,204 files are announced')).toBeVisible()
  })

  it('of all is no word worth', async () => {
    await show('list')
    expect(page.getByText(/The newest/).query()).toBeNull()
  })
})
