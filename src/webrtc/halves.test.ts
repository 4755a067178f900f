import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionBudget } from './page/connection-budget.ts'
import { serveWebRtc } from './page.ts'
import type { ServeWebRtcOptions, WebRtcPageHalf } from './page.ts'
import { FakeDataChannel } from './testing/fake-data-channel.ts'
import {
  FakeCertificate,
  FakeDtlsTransport,
  fakePeerConnectionClass,
  newestFake,
} from './testing/fake-peer-connection.ts'
import type { FakePeerConnection } from './testing/fake-peer-connection.ts'
import { installWebRtc } from './worker.ts'
import type { WebRtcInstallation } from './worker.ts'
import type { WorkerPeerConnection, createPeerConnectionClass } from './worker/worker-peer-connection.ts'

interface Halves {
  readonly installation: WebRtcInstallation
  readonly pageHalf: WebRtcPageHalf
  readonly RTCPeerConnection: ReturnType<typeof createPeerConnectionClass>
}

const running: WebRtcPageHalf[] = []

afterEach(() => {
  for (const half of running.splice(0)) {
    half.stop()
  }
})

/** Both halves on one thread over a real port, with a fake browser behind the page's. */
function startHalves(options: ServeWebRtcOptions = {}): Halves {
  const target: { RTCPeerConnection?: Halves['RTCPeerConnection'] } = {}
  const installation = installWebRtc(target)
  const pageHalf = serveWebRtc(installation.port, {
    transfer: 'never',
    budget: new ConnectionBudget({ limit: 100 }),
    ...options,
    RTCPeerConnection: options.RTCPeerConnection ?? fakePeerConnectionClass(),
  })
  running.push(pageHalf)
  if (target.RTCPeerConnection === undefined) {
    throw new Error('installWebRtc put no RTCPeerConnection on its target')
  }
  return { installation, pageHalf, RTCPeerConnection: target.RTCPeerConnection }
}

/** A connection in the worker and the fake that the page made for it. */
async function connect(halves: Halves): Promise<{ pc: WorkerPeerConnection; fake: FakePeerConnection }> {
  const pc = new halves.RTCPeerConnection()
  await pc.createOffer()
  const fake = newestFake()
  if (fake === undefined) {
    throw new Error('the page made no connection')
  }
  return { pc, fake }
}

function next<SomeEvent extends Event>(target: EventTarget, type: string): Promise<SomeEvent> {
  return new Promise((resolve) => {
    const listener = { handleEvent: (event: SomeEvent) => resolve(event) }
    target.addEventListener(type, listener, { once: true })
  })
}

describe('a page that goes', () => {
  it('closes its connections, and keeps them where it only hides', async () => {
    const page = new EventTarget()
    const { fake } = await connect(startHalves({ page }))

    page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
    expect(fake.connectionState).not.toBe('closed')
    page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }))
    expect(fake.connectionState).toBe('closed')
  })
})

describe('a peer connection of a worker', () => {
  it('answers calls with what the page answered, its state being up to date by then', async () => {
    const { pc } = await connect(startHalves())
    const offer = await pc.createOffer()

    await pc.setLocalDescription(offer)

    expect(offer).toEqual({ type: 'offer', sdp: 'v=0' })
    expect(pc.signalingState).toBe('have-local-offer')
    expect(pc.localDescription?.toJSON()).toEqual(offer)
  })

  it('rejects as the page rejected', async () => {
    const { pc } = await connect(startHalves())

    await expect(pc.setRemoteDescription({ type: 'answer', sdp: '' })).rejects.toMatchObject({
      name: 'OperationError',
      message: 'no such line',
    })
  })

  it('shows in each event the state of that moment', async () => {
    const { pc, fake } = await connect(startHalves())
    const seen: string[] = []
    pc.onconnectionstatechange = () => seen.push(pc.connectionState)
    const last = next(pc, 'icecandidate')

    for (const state of ['connecting', 'connected']) {
      fake.connectionState = state
      fake.fire('connectionstatechange')
    }
    fake.fire('icecandidate', { candidate: null })

    expect(await last).toMatchObject({ candidate: null })
    expect(seen).toEqual(['connecting', 'connected'])
  })

  it('makes a channel at once and binds it when the page has one', async () => {
    const { pc, fake } = await connect(startHalves())

    const channel = pc.createDataChannel('chat')
    const opened = next(channel, 'open')
    expect(channel.readyState).toBe('connecting')
    await pc.createOffer()
    fake.channels[0]?.open()
    await opened
    channel.send('hello')

    await expect.poll(() => fake.channels[0]?.sent).toEqual(['hello'])
  })

  it('fails a channel that the page refuses', async () => {
    const { pc } = await connect(startHalves())
    const channel = pc.createDataChannel('refused')

    expect(await next(channel, 'error')).toMatchObject({ error: { name: 'TypeError', message: 'bad label' } })
    expect(channel.readyState).toBe('closed')
  })

  it('gives a remote channel to whoever listens, in time for its first message', async () => {
    const { pc, fake } = await connect(startHalves())
    const received: unknown[] = []
    pc.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => received.push(data)
    }
    const real = new FakeDataChannel('theirs')

    fake.fire('datachannel', { channel: real })
    real.open()
    real.deliver('first')

    await expect.poll(() => received).toEqual(['first'])
  })

  it('is closed as soon as its transport ends, long before ICE gives up', async () => {
    const { pc, fake } = await connect(startHalves())
    const transport = new FakeDtlsTransport()
    fake.sctp = { state: 'connected', maxMessageSize: 1, maxChannels: 1, transport }
    fake.connectionState = 'connected'
    fake.fire('connectionstatechange')
    const channel = pc.createDataChannel('init')
    const failed = next(channel, 'error')
    await next(pc, 'connectionstatechange')

    transport.end()
    await next(pc, 'connectionstatechange')

    expect(pc.connectionState).toBe('closed')
    expect(await failed).toMatchObject({ error: { name: 'OperationError' } })
  })

  it('rejects what is pending when it is closed, and closes channels that were never bound', async () => {
    const { pc } = await connect(startHalves())
    const channel = pc.createDataChannel('chat')
    const closed = next(channel, 'close')

    const answer = pc.createAnswer()
    pc.close()

    await expect(answer).rejects.toMatchObject({ name: 'InvalidStateError' })
    await expect(pc.createOffer()).rejects.toMatchObject({ name: 'InvalidStateError' })
    expect(() => pc.createDataChannel('late')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
    await closed
    expect([pc.connectionState, channel.readyState]).toEqual(['closed', 'closed'])
  })

  it('closes the real connection when it is closed', async () => {
    const { pc, fake } = await connect(startHalves())

    pc.close()

    await expect.poll(() => fake.connectionState).toBe('closed')
  })

  it('names a certificate that stays in the page', async () => {
    const halves = startHalves()
    const certificate = await halves.RTCPeerConnection.generateCertificate('ECDSA')

    const pc = new halves.RTCPeerConnection({ certificates: [certificate] })
    await pc.createOffer()

    expect(certificate.getFingerprints()).toEqual([{ algorithm: 'sha-256', value: 'AB:CD' }])
    expect(newestFake()?.configuration.certificates).toEqual([expect.any(FakeCertificate)])
    expect(() => new halves.RTCPeerConnection({ certificates: [{}] })).toThrow(TypeError)
  })

  it('gives the statistics of the page as a map', async () => {
    const { pc } = await connect(startHalves())

    expect([...(await pc.getStats())]).toEqual([['T1', { type: 'transport', selectedCandidatePairId: 'P1' }]])
  })
})

describe('the page half', () => {
  it('counts connections and tells the worker', async () => {
    const halves = startHalves()
    await connect(halves)
    await connect(halves)

    expect(halves.pageHalf.connectionsMade).toBe(2)
    expect(halves.installation.budget()).toEqual({ made: 2, held: 2, limit: 100, state: 'ample' })
  })

  it('lets the worker make as many as the limit says, warning before', async () => {
    const halves = startHalves({ budget: new ConnectionBudget({ limit: 10 }) })
    await halves.installation.isAvailable

    const states = Array.from({ length: 10 }, () => {
      void new halves.RTCPeerConnection()
      return halves.installation.budget().state
    })

    expect(states).toEqual([...Array.from({ length: 8 }, () => 'ample'), 'scarce', 'spent'])
    expect(() => new halves.RTCPeerConnection()).toThrow(expect.objectContaining({ code: 'ERR_WEBRTC_BUDGET_SPENT' }))
  })

  it('says so when the browser itself refuses another connection', async () => {
    const halves = startHalves({ RTCPeerConnection: fakePeerConnectionClass({ refuses: true }) })

    const pc = new halves.RTCPeerConnection()

    await expect(pc.createOffer()).rejects.toMatchObject({
      code: 'ERR_WEBRTC_BUDGET_SPENT',
      cause: { message: 'Cannot create so many PeerConnections' },
    })
    expect(pc.connectionState).toBe('closed')
  })

  it('without WebRTC fails what was asked before, and takes the classes away', async () => {
    const target: { RTCPeerConnection?: Halves['RTCPeerConnection'] } = {}
    const installation = installWebRtc(target)
    const pc = target.RTCPeerConnection && new target.RTCPeerConnection()
    const offer = pc?.createOffer()
    running.push(serveWebRtc(installation.port, { RTCPeerConnection: undefined }))

    await expect(offer).rejects.toMatchObject({ code: 'ERR_WEBRTC_UNAVAILABLE' })
    expect(await installation.isAvailable).toBe(false)
    expect(target).toEqual({})
  })

  it('that stops closes every connection and rejects what is pending', async () => {
    const halves = startHalves()
    const { pc, fake } = await connect(halves)
    const closed = next(pc, 'connectionstatechange')
    const answer = pc.createAnswer()
    const certificate = halves.RTCPeerConnection.generateCertificate('ECDSA')

    halves.pageHalf.stop()

    await expect(certificate).rejects.toMatchObject({ code: 'ERR_WEBRTC_UNAVAILABLE' })
    await expect(answer).rejects.toMatchObject({ code: 'ERR_WEBRTC_UNAVAILABLE' })
    await closed
    expect([pc.connectionState, fake.connectionState]).toEqual(['closed', 'closed'])
    expect(() => new halves.RTCPeerConnection()).toThrow(expect.objectContaining({ code: 'ERR_WEBRTC_UNAVAILABLE' }))
    await expect(halves.RTCPeerConnection.generateCertificate('ECDSA')).rejects.toMatchObject({
      code: 'ERR_WEBRTC_UNAVAILABLE',
    })
  })
})
