import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLog } from './log.ts'
import { StunServer, type StunServerInit } from './stun-server.ts'

const QUESTION = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex')

async function startServer(init: Partial<StunServerInit> = {}): Promise<StunServer> {
  const log = createLog({ write: () => undefined }, 'silent')
  const server = new StunServer({ log }, { host: '127.0.0.1', ports: [0, 0], mayMove: false, ...init })
  onTestFinished(() => server.stop())
  await server.start()
  return server
}

async function openSocket(type: 'udp4' | 'udp6' = 'udp4'): Promise<Socket> {
  const socket = createSocket(type)
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  socket.bind(0, type === 'udp4' ? '127.0.0.1' : '::1')
  await once(socket, 'listening')
  return socket
}

async function ask(socket: Socket, port: number, address: string): Promise<Buffer> {
  const answer = once(socket, 'message')
  socket.send(QUESTION, port, address)
  const [datagram] = (await answer) as [Buffer]
  return datagram
}

/** The port that an answer names. */
function mappedPort(answer: Buffer): number {
  return answer.readUInt16BE(26) ^ 0x2112
}

describe('the STUN server', () => {
  it('tells one socket the same address on both of its ports', async () => {
    const server = await startServer()
    const socket = await openSocket()
    const [first = 0, second = 0] = server.ports

    const answers = [await ask(socket, first, '127.0.0.1'), await ask(socket, second, '127.0.0.1')]

    expect(first).not.toBe(second)
    expect(answers.map(mappedPort)).toEqual([socket.address().port, socket.address().port])
    expect(answers[0]?.subarray(28).toString('hex')).toBe('5e12a443')
    expect(server.counts()).toMatchObject({ answered: 2, unreadable: 0 })
  })

  it('answers IPv4 and IPv6 where it listens on all addresses', async () => {
    const server = await startServer({ host: '::' })
    const [port = 0] = server.ports

    const overIpv4 = await ask(await openSocket('udp4'), port, '127.0.0.1')
    const overIpv6 = await ask(await openSocket('udp6'), port, '::1')

    expect({ family: overIpv4[25], bytes: overIpv4.length }).toEqual({ family: 1, bytes: 32 })
    expect({ family: overIpv6[25], bytes: overIpv6.length }).toEqual({ family: 2, bytes: 44 })
  })

  it('says nothing to what is no question, and goes on', async () => {
    const server = await startServer()
    const socket = await openSocket()
    const [port = 0] = server.ports
    for (const noise of ['', 'hello', 'GET / HTTP/1.1\r\n\r\n', 'x'.repeat(9000)]) socket.send(noise, port, '127.0.0.1')

    const answer = await ask(socket, port, '127.0.0.1')

    expect(answer).toHaveLength(32)
    expect(server.counts()).toEqual({ answered: 1, refused: 0, unreadable: 4, overLimit: 0 })
  })

  it('does not let one source ask without end', async () => {
    const server = await startServer()
    const socket = await openSocket()
    const [port = 0] = server.ports
    let answers = 0
    socket.on('message', () => answers++)
    for (let sent = 0; sent < 50_000 && server.counts().overLimit === 0; sent++) {
      await new Promise((resolve) => socket.send(QUESTION, port, '127.0.0.1', () => setImmediate(resolve)))
    }

    const { answered, overLimit } = server.counts()
    expect(overLimit).toBe(1)
    expect(answered).toBeGreaterThanOrEqual(400)
    await expect.poll(() => answers).toBe(answered)
  })

  it('refuses a port that is taken, or takes another one where it may', async () => {
    const [taken = 0] = (await startServer()).ports

    await expect(startServer({ ports: [taken] })).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' })
    const moved = await startServer({ ports: [taken], mayMove: true })

    expect(moved.ports).toHaveLength(1)
    expect(moved.ports[0]).not.toBe(taken)
  })

  it('refuses an address that is not this machine’s', async () => {
    await expect(startServer({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})
