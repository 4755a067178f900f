import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { describe, expect, it, vi } from 'vitest'
import { ManualClock } from '../../exchange/testing/manual-clock.ts'
import { Circuit, type CircuitEnd, type CircuitInit } from './circuit.ts'
import { RelayRate } from './relay-rate.ts'

const KIB = 1024

async function openCircuit(init: Partial<CircuitInit> & { bytesPerSecond?: number } = {}) {
  const clock = new ManualClock()
  const [dialerEnd, dialer] = await streamPair()
  const [listener, listenerEnd] = await streamPair()
  const rate = new RelayRate(clock, init.bytesPerSecond ?? 1e9)
  const moved = { dialer: 0, listener: 0 }
  const ends: CircuitEnd[] = []
  const circuit = new Circuit(
    {
      dialer,
      listener,
      rate,
      clock,
      onBytes: (from, sizeBytes) => void (moved[from] += sizeBytes),
      onEnd: (reason) => void ends.push(reason),
    },
    { limitBytes: 1e9, durationMs: 60_000, ...init },
  )
  return { circuit, clock, rate, moved, ends, dialer, dialerEnd, listenerEnd }
}

/** All that comes on a stream until its other side has no more to say. */
async function readAll(stream: Stream): Promise<string> {
  let text = ''
  for await (const piece of stream) text += Buffer.from(piece.subarray()).toString()
  return text
}

describe('a circuit', () => {
  it('carries what each side says, also after the other has said all', async () => {
    const { dialerEnd, listenerEnd, ends, moved } = await openCircuit()
    const question = readAll(listenerEnd)
    dialerEnd.send(Buffer.from('are you there?'))
    await dialerEnd.close()

    expect(await question).toBe('are you there?')
    expect(ends).toEqual([])
    const answer = readAll(dialerEnd)
    listenerEnd.send(Buffer.from('yes'))
    await listenerEnd.close()

    expect(await answer).toBe('yes')
    await vi.waitFor(() => expect(ends).toEqual(['closed']))
    expect(moved).toEqual({ dialer: 14, listener: 3 })
  })

  it('is cut at the byte after its limit, both directions together', async () => {
    const { dialerEnd, listenerEnd, ends } = await openCircuit({ limitBytes: 100 })
    dialerEnd.send(Buffer.alloc(60))
    listenerEnd.send(Buffer.alloc(41))

    await vi.waitFor(() => expect([dialerEnd.status, listenerEnd.status]).toEqual(['reset', 'reset']))
    expect(ends).toEqual(['bytes'])
  })

  it('is cut when its time is over', async () => {
    const { dialerEnd, listenerEnd, ends, clock } = await openCircuit({ durationMs: 5000 })
    const closed = Promise.all(
      [dialerEnd, listenerEnd].map((end) => new Promise((done) => end.addEventListener('close', done))),
    )
    await clock.advance(4999)
    expect(ends).toEqual([])

    await clock.advance(1)

    await closed
    expect(ends).toEqual(['duration'])
  })

  it('ends for one side when it ends for the other, and once', async () => {
    const { circuit, dialerEnd, listenerEnd, ends } = await openCircuit()
    const closed = new Promise((done) => listenerEnd.addEventListener('close', done))

    dialerEnd.abort(new Error('gone'))

    await closed
    circuit.end('stopped')
    expect(ends).toEqual(['closed'])
  })

  it('carries signalling at once and makes content wait for its share', async () => {
    const { dialerEnd, listenerEnd, clock, rate, moved } = await openCircuit({ bytesPerSecond: 10 * KIB })
    let received = 0
    listenerEnd.addEventListener('message', ({ data }) => void (received += data.byteLength))
    rate.spend(100 * KIB)

    dialerEnd.send(Buffer.alloc(60 * KIB))
    await vi.waitFor(() => expect(received).toBe(60 * KIB))
    expect(rate.waitingCount).toBe(0)

    dialerEnd.send(Buffer.alloc(10 * KIB))
    await vi.waitFor(() => expect(received).toBe(70 * KIB))
    expect(rate.waitingCount).toBe(1)
    dialerEnd.send(Buffer.alloc(10 * KIB))
    listenerEnd.send(Buffer.from('something else, so that what was sent is sure to have come'))
    await vi.waitFor(() => expect(moved.listener).toBeGreaterThan(0))
    expect(received).toBe(70 * KIB)

    await clock.advance(60_000)

    await vi.waitFor(() => expect(received).toBe(80 * KIB))
  })

  it('pauses a stream only when what waited is out and its window is open again', async () => {
    const { dialer, dialerEnd, clock, rate, moved } = await openCircuit({ bytesPerSecond: 10 * KIB })
    const calls: string[] = []
    const [pause, resume] = [dialer.pause.bind(dialer), dialer.resume.bind(dialer)]
    dialer.pause = () => void [calls.push('pause'), pause()]
    dialer.resume = () => void [calls.push('resume begins'), resume(), calls.push('resume ends')]
    rate.spend(100 * KIB)
    dialerEnd.send(Buffer.alloc(70 * KIB))
    await vi.waitFor(() => expect(calls).toEqual(['pause']))
    dialerEnd.send(Buffer.alloc(70 * KIB))

    await clock.advance(20_000)

    await vi.waitFor(() => expect(moved.dialer).toBe(140 * KIB))
    expect(calls).toEqual(['pause', 'resume begins', 'resume ends', 'pause'])
  })
})
