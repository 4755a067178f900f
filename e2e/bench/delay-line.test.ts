import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { DelayLine, type LineInit } from './delay-line.ts'

const LOCAL = '127.0.0.1'
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  ends.push(() => socket.close())
  const listening = once(socket, 'listening')
  socket.bind(0, LOCAL)
  await listening
  return socket
}

/** Two sockets, each with the port of the line that stands for the other. */
async function joined(init: LineInit) {
  const line = new DelayLine(init)
  ends.push(() => line.stop())
  const [a, b] = [await openSocket(), await openSocket()]
  const toB = await line.portFor({ address: LOCAL, port: b.address().port })
  const toA = await line.portFor({ address: LOCAL, port: a.address().port })
  return { line, a, b, toA, toB }
}

describe('DelayLine', () => {
  it('carries a packet and its answer, each from the port that stands for its sender', async () => {
    const { a, b, toA, toB } = await joined({ oneWayMs: 20, loss: 0, seed: 1 })
    const startedMs = performance.now()
    a.send('there', toB, LOCAL)
    const [there, from] = (await once(b, 'message')) as [Buffer, RemoteInfo]
    expect(there.toString()).toBe('there')
    expect(from.port).toBe(toA)
    b.send('back', from.port, LOCAL)
    const [back, answerer] = (await once(a, 'message')) as [Buffer, RemoteInfo]
    expect(back.toString()).toBe('back')
    expect(answerer.port).toBe(toB)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(38)
  })

  it('loses the part that it was told to, and counts it', async () => {
    const { line, a, toB } = await joined({ oneWayMs: 0, loss: 0.25, seed: 7 })
    const count = 400
    for (let i = 0; i < count; i++) await new Promise((resolve) => a.send('packet', toB, LOCAL, resolve))
    await expect.poll(async () => (await line.stats()).packets).toBe(count)
    const { lost, overflowed } = await line.stats()
    expect(lost / count).toBeGreaterThan(0.15)
    expect(lost / count).toBeLessThan(0.35)
    expect(overflowed).toBe(0)
  })
})
