import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionBudget } from './page/connection-budget.ts'
import { type ServeWebRtcOptions, warmUpWebRtc } from './page.ts'
import { TestPeer } from './testing/test-peer.ts'

const MESSAGE_SIZE_BYTES = 16 * 1024
const MESSAGE_COUNT = (64 * 1024 * 1024) / MESSAGE_SIZE_BYTES

/** The collector is urged until it has worked, with pauses of a second and more. */
const WAIT = { timeout: 15_000 }

const started: TestPeer[] = []

afterEach(() => {
  for (const peer of started.splice(0)) {
    peer.stop()
  }
})

async function startPair(options: ServeWebRtcOptions = {}): Promise<[TestPeer, TestPeer]> {
  const pair = await TestPeer.pair(options)
  started.push(...pair)
  return pair
}

async function startPeer(options: ServeWebRtcOptions = {}): Promise<TestPeer> {
  const peer = await TestPeer.start(options)
  started.push(peer)
  return peer
}

it('counts the connection of a warm-up as one that this tab made and closed', () => {
  const budget = new ConnectionBudget()
  warmUpWebRtc({ budget })
  expect(budget.reading).toMatchObject({ made: 1 })
})

describe.each(['auto', 'never'] as const)('two workers connected with transfer: %s', (transfer) => {
  it(
    'carry 64 MB in order while the receiver stands still again and again',
    { timeout: 60_000 },
    async ({ annotate }) => {
      const [caller, callee] = await startPair({ transfer })

      const receiving = callee.perform({ type: 'receive', messageCount: MESSAGE_COUNT, blockEvery: 400, blockMs: 150 })
      const sent = await caller.perform({
        type: 'send',
        messageCount: MESSAGE_COUNT,
        messageSizeBytes: MESSAGE_SIZE_BYTES,
      })
      const received = await receiving

      await annotate(`64 MB in ${Math.round(Number(received['elapsedMs']))} ms (transfer: ${transfer})`)
      expect(received).toMatchObject({ receivedCount: MESSAGE_COUNT, inOrder: true })
      expect(sent['mostBufferedBytes']).toBeLessThan(2 * 1024 * 1024)
    },
  )

  it('carry bytes from the callee to the caller', { timeout: 30_000 }, async () => {
    const [caller, callee] = await startPair({ transfer })

    const receiving = caller.perform({ type: 'receive', messageCount: 500, blockEvery: 100, blockMs: 0 })
    await callee.perform({ type: 'send', messageCount: 500, messageSizeBytes: MESSAGE_SIZE_BYTES })

    expect(await receiving).toMatchObject({ receivedCount: 500, inOrder: true })
  })

  it('see a hang-up within a second', async ({ annotate }) => {
    const [caller, callee] = await startPair({ transfer })

    const closed = callee.perform({ type: 'await-closed' })
    const hungUp = await caller.perform({ type: 'hang-up' })
    const delayMs = Number((await closed)['atMs']) - Number(hungUp['atMs'])

    await annotate(`hang-up seen after ${delayMs} ms (transfer: ${transfer})`)
    expect(delayMs).toBeLessThan(1000)
  })

  it('see their channel closed, once, after a hang-up', async () => {
    const [caller, callee] = await startPair({ transfer })

    await caller.perform({ type: 'hang-up' })

    for (const peer of [caller, callee]) {
      await expect.poll(() => peer.perform({ type: 'channel-state' })).toEqual({ state: 'closed', closeEvents: 1 })
    }
  })

  it('see that the other worker has ended, once its page half stops', async () => {
    const [caller, callee] = await startPair({ transfer })

    const closed = callee.perform({ type: 'await-closed' })
    caller.terminate()
    caller.pageHalf.stop()

    expect(await closed).toMatchObject({ atMs: expect.any(Number) })
  })
})

describe('the stand-in in Chromium', () => {
  it('moves an incoming channel into the worker itself', async () => {
    const [caller, callee] = await Promise.all([startPeer(), startPeer()])
    TestPeer.connectSignals(caller, callee)

    const callees = callee.perform({ type: 'connect', role: 'callee' })
    await caller.perform({ type: 'connect', role: 'caller' })

    expect(await callees).toMatchObject({ direct: true })
  })

  it('relays a channel where transferring is off', async () => {
    const [caller, callee] = await Promise.all([startPeer({ transfer: 'never' }), startPeer({ transfer: 'never' })])
    TestPeer.connectSignals(caller, callee)

    const callees = callee.perform({ type: 'connect', role: 'callee' })
    await caller.perform({ type: 'connect', role: 'caller' })

    expect(await callees).toMatchObject({ direct: false })
  })

  it('lists the selected candidate pair in its statistics', async () => {
    const [caller] = await startPair()

    expect(await caller.perform({ type: 'stats' })).toEqual({ selectedPairIsListed: true })
  })

  it('reports the end of gathering as a null candidate', async () => {
    const [caller] = await startPair()

    await expect.poll(() => caller.perform({ type: 'gathered-to-null' })).toEqual({ gatheredToNull: true })
  })

  it('uses a certificate that stays in the page', async () => {
    const peer = await startPeer()

    expect(await peer.perform({ type: 'certificate' })).toEqual({ isUsed: true, expiresLater: true })
  })

  it('closes a channel that was never bound', async () => {
    const peer = await startPeer()

    const states = await peer.perform({ type: 'close-unbound-channel' })

    expect(states).toEqual({ before: 'connecting', between: 'closing', after: 'closed' })
  })

  it('closes its connections when the page half stops, and refuses new ones', async () => {
    const [caller, callee] = await startPair()

    const closedHere = caller.perform({ type: 'await-closed' })
    const closedThere = callee.perform({ type: 'await-closed' })
    caller.pageHalf.stop()

    expect(await closedHere).toMatchObject({ atMs: expect.any(Number) })
    expect(await closedThere).toMatchObject({ atMs: expect.any(Number) })
    expect(await caller.perform({ type: 'construct' })).toEqual({ outcome: 'ERR_WEBRTC_UNAVAILABLE' })
  })

  it('is taken away where the page has no WebRTC', async () => {
    const peer = await startPeer({ RTCPeerConnection: undefined })

    await expect.poll(() => peer.perform({ type: 'construct' })).toEqual({ outcome: 'ReferenceError' })
  })

  it('throws a coded error once the tab holds all the connections it may', async () => {
    const budget = new ConnectionBudget({ limit: 3, urgeCollection: () => Promise.resolve() })
    const peer = await startPeer({ budget })

    const reading = await peer.perform({ type: 'make', count: 3, close: false })

    expect(reading).toEqual({ made: 3, held: 3, limit: 3, state: 'spent' })
    expect(await peer.perform({ type: 'construct' })).toEqual({ outcome: 'ERR_WEBRTC_BUDGET_SPENT' })
  })

  it('makes more than 500 connections, since closed ones are collected', { timeout: 60_000 }, async () => {
    const peer = await startPeer()
    const madeBefore = peer.pageHalf.connectionsMade

    // In groups, each awaited: the browser's own count follows its garbage collector with some delay.
    for (let made = 0; made < 600; made += 120) {
      await peer.perform({ type: 'make', count: 120, close: true })
      await expect.poll(async () => (await peer.perform({ type: 'budget' }))['held'], WAIT).toBeLessThan(200)
    }

    expect(peer.pageHalf.connectionsMade).toBe(madeBefore + 600)
  })
})
