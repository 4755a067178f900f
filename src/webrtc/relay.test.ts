import { afterEach, describe, expect, it } from 'vitest'
import { PageChannelRelay } from './page/page-channel-relay.ts'
import { ACK_STEP_BYTES, RECEIVE_LIMIT_BYTES, SEND_LIMIT_BYTES } from './relay-protocol.ts'
import { FakeDataChannel } from './testing/fake-data-channel.ts'
import { RelayedDataChannel } from './worker/relayed-data-channel.ts'

const ports: MessagePort[] = []

afterEach(() => {
  for (const port of ports.splice(0)) {
    port.close()
  }
})

/** A channel in the page and what the worker sees of it, over a real `MessageChannel`. */
function relayed(): { real: FakeDataChannel; channel: RelayedDataChannel } {
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  const real = new FakeDataChannel()
  new PageChannelRelay(real, port1).start()
  const channel = new RelayedDataChannel({ ...describeFake(real) }, port2)
  channel.start()
  return { real, channel }
}

function describeFake({ label, protocol, ordered, negotiated, id }: FakeDataChannel) {
  return { label, protocol, ordered, negotiated, id, maxPacketLifeTime: null, maxRetransmits: null }
}

async function openRelayed(): Promise<ReturnType<typeof relayed>> {
  const pair = relayed()
  const opened = next(pair.channel, 'open')
  pair.real.open()
  await opened
  return pair
}

function next(target: EventTarget, type: string): Promise<Event> {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }))
}

function nextMessage(channel: RTCDataChannel): Promise<unknown> {
  return new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data), { once: true }))
}

describe('a relayed data channel', () => {
  it('opens when the real one does, and learns its id', async () => {
    const { channel } = await openRelayed()

    expect([channel.readyState, channel.id]).toEqual(['open', 1])
  })

  it('brings what the remote peer sends, in order', async () => {
    const { real, channel } = await openRelayed()
    const received: unknown[] = []
    channel.onmessage = ({ data }) => received.push(typeof data === 'string' ? data : new Uint8Array(data))

    real.deliver(new Uint8Array([1, 2]).buffer)
    real.deliver('three')
    const last = next(channel, 'close')
    real.endWith('close')
    await last

    expect(received).toEqual([new Uint8Array([1, 2]), 'three'])
  })

  it('sends a copy, so that the caller may use its buffer again', async () => {
    const { real, channel } = await openRelayed()
    const pool = new Uint8Array([9, 1, 2, 9])

    channel.send(pool.subarray(1, 3))
    pool.fill(0)
    channel.send('done')
    await expect.poll(() => real.sent.length).toBe(2)

    expect(real.sent).toEqual([new Uint8Array([1, 2]).buffer, 'done'])
    expect(pool.byteLength).toBe(4)
  })

  it('counts as buffered what the real channel has not sent, and says when little is left', async () => {
    const { real, channel } = await openRelayed()
    channel.bufferedAmountLowThreshold = ACK_STEP_BYTES
    const low = next(channel, 'bufferedamountlow')

    for (let i = 0; i < 4; i += 1) {
      channel.send(new Uint8Array(ACK_STEP_BYTES))
    }
    expect(channel.bufferedAmount).toBe(4 * ACK_STEP_BYTES)
    await expect.poll(() => real.sent.length).toBe(4)
    real.drain(3 * ACK_STEP_BYTES)
    await low

    expect(channel.bufferedAmount).toBe(ACK_STEP_BYTES)
  })

  it('reaches a buffered amount of zero when the last few bytes are gone', async () => {
    const { real, channel } = await openRelayed()
    const low = next(channel, 'bufferedamountlow')

    channel.send('ü')
    await expect.poll(() => real.sent.length).toBe(1)
    real.bufferedAmount = 2
    real.drain(2)
    await low

    expect(channel.bufferedAmount).toBe(0)
  })

  it('throws rather than hold more than eight MiB', async () => {
    const { channel } = await openRelayed()
    channel.send(new Uint8Array(SEND_LIMIT_BYTES))

    expect(() => channel.send(new Uint8Array(1))).toThrow(expect.objectContaining({ name: 'OperationError' }))
    expect(channel.bufferedAmount).toBe(SEND_LIMIT_BYTES)
  })

  it('throws unless it is open', () => {
    const { channel } = relayed()

    expect(() => channel.send('early')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  })

  it('ends with an error when a peer sends faster than the worker takes', async () => {
    const { real, channel } = await openRelayed()
    const failed = next(channel, 'error')

    // All in one task: the worker has no chance to acknowledge any of it.
    const messageSizeBytes = 1024 * 1024
    for (let i = 0; i <= RECEIVE_LIMIT_BYTES / messageSizeBytes; i += 1) {
      real.deliver(new ArrayBuffer(messageSizeBytes))
    }

    expect(await failed).toMatchObject({ error: { name: 'OperationError' } })
    expect(real.readyState).toBe('closed')
  })

  it('acknowledges what it takes, so that a long transfer goes on', async () => {
    const { real, channel } = await openRelayed()
    const messageSizeBytes = 1024 * 1024

    for (let i = 0; i < (2 * RECEIVE_LIMIT_BYTES) / messageSizeBytes; i += 1) {
      const taken = nextMessage(channel)
      real.deliver(new ArrayBuffer(messageSizeBytes))
      await taken
      // Both ports are on this thread: the page's gets its turn only now.
      await new Promise((resolve) => setImmediate(resolve))
    }

    expect(real.readyState).toBe('open')
  })

  it('closes the real channel after everything that was sent before', async () => {
    const { real, channel } = await openRelayed()
    const closed = next(channel, 'close')

    channel.send('last words')
    channel.close()
    expect(channel.readyState).toBe('closing')
    await closed

    expect(real.sent).toEqual(['last words'])
    expect([real.readyState, channel.readyState]).toEqual(['closed', 'closed'])
  })

  it('closes the real channel when the worker is gone', async () => {
    const { port1, port2 } = new MessageChannel()
    const real = new FakeDataChannel()
    new PageChannelRelay(real, port1).start()
    real.open()
    const closed = next(real, 'close')

    port2.close()
    await closed

    expect(real.readyState).toBe('closed')
  })
})
