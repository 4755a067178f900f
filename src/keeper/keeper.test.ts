import { once } from 'node:events'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nodeAssembly } from '../network/node-libp2p.ts'
import { generatePrivateKey } from '../network/peer-identity.ts'
import { QuireNetwork } from '../network/quire-network.ts'
import { createLog } from './log.ts'
import { readRunningNote } from './running-note.ts'
import { rawRequest } from './testing/http-server.ts'
import { startKeeper } from './testing/started-keeper.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

describe('the keeper’s HTTP server', () => {
  it('tells the page the WebSocket address that leads to where the page came from', async () => {
    const { keeper } = await startKeeper({ stunServers: ['stun:stun.example:3478'] })
    const { port } = new URL(keeper.url)

    const answers = await Promise.all(
      ['localhost', '192.168.1.5', '[fe80::1]', 'box.local'].map((host) =>
        rawRequest(keeper.url, '/quire.json', { headers: { Host: `${host}:${port}` } }),
      ),
    )

    const keepers = answers.map(({ body }) => (JSON.parse(body.toString()) as { keepers: string[] }).keepers)
    const tail = `/tcp/${port}/ws/p2p/${keeper.peerId}`
    expect(keepers).toEqual([
      [`/ip4/127.0.0.1${tail}`],
      [`/ip4/192.168.1.5${tail}`],
      [`/ip6/fe80::1${tail}`],
      [`/dns/box.local${tail}`],
    ])
    expect(answers[0]?.headers['cache-control']).toBe('no-store')
    const { stunServers } = JSON.parse(answers[0]?.body.toString() ?? '') as { stunServers: string[] }
    expect(stunServers).toEqual([
      expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/),
      'stun:stun.example:3478',
    ])
    expect(new Set(stunServers).size).toBe(3)
  })

  it('names a secure address behind a proxy with TLS, and the announced one where there is one', async () => {
    const { keeper } = await startKeeper()
    const { keeper: announcing } = await startKeeper({
      announce: ['/dns4/k.example/tcp/443/tls/ws', '/ip4/203.0.113.7/tcp/9411'],
    })
    const headers = { Host: 'k.example', 'X-Forwarded-Proto': 'https' }

    const behindProxy = await rawRequest(keeper.url, '/quire.json', { headers })
    const announced = await rawRequest(announcing.url, '/quire.json')

    expect(behindProxy.body.toString()).toContain(`/dns/k.example/tcp/443/tls/ws/p2p/${keeper.peerId}`)
    expect(JSON.parse(announced.body.toString())).toMatchObject({
      keepers: [`/dns4/k.example/tcp/443/tls/ws/p2p/${announcing.peerId}`],
    })
  })

  it('warns an operator who announces nothing that a native node can dial', async () => {
    const lines: string[] = []
    const log = createLog({ write: (line: string) => void lines.push(line) }, 'warn')
    const webSocket = '/dns4/k.example/tcp/443/tls/ws'

    await startKeeper({ announce: [webSocket] }, { log })
    expect(lines.join('')).toContain('native nodes cannot dial')
    lines.length = 0
    await startKeeper({ announce: [webSocket, '/ip4/203.0.113.7/tcp/9411'] }, { log })
    expect(lines).toEqual([])
  })

  it('refuses a Host header that names no host, and a path that is none', async () => {
    const { keeper } = await startKeeper()

    expect((await rawRequest(keeper.url, '/quire.json', { headers: { Host: 'a"b' } })).status).toBe(400)
    expect((await rawRequest(keeper.url, '//evil.example/x')).status).toBe(400)
    expect((await rawRequest(keeper.url, '/%E0%A4%A')).status).toBe(400)
  })

  it('serves the built page, and says so', async () => {
    const appDir = join(await temporaryFolder(), 'app')
    await mkdir(appDir)
    await writeFile(join(appDir, 'index.html'), '<title>Quire</title>')
    const { keeper } = await startKeeper({ appDir })

    expect(keeper.hasApp).toBe(true)
    expect(await (await fetch(`${keeper.url}/`)).text()).toBe('<title>Quire</title>')
  })

  it('lets nobody send without end to a page that takes nothing', async () => {
    const { keeper } = await startKeeper()
    const socket = connect(Number(new URL(keeper.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    // Not `once`: the cut comes as an error first, as it should.
    const closed = new Promise((resolve) => socket.once('close', resolve))
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n')
    const piece = Buffer.alloc(1024 * 1024)
    const send = (error?: Error | null): void => {
      if (!error && socket.writable) socket.write(piece, send)
    }
    send()

    await closed

    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(socket.bytesWritten).toBeLessThan(500_000_000)
  })

  it('tells the page of TURN servers with credentials, and of no STUN server of its own where it runs none', async () => {
    const turn = [{ url: 'turn:turn.example:3478', credentials: { username: 'anna', credential: 'a,b' } }]
    const { keeper } = await startKeeper({ stunPort: false, turn })

    expect(await (await fetch(`${keeper.url}/quire.json`)).json()).toMatchObject({
      stunServers: [],
      turnServers: [{ url: 'turn:turn.example:3478', username: 'anna', credential: 'a,b' }],
    })
    expect(await (await fetch(`${keeper.url}/metrics`)).text()).not.toContain('stun')
  })

  it('reports its health', async () => {
    const { keeper } = await startKeeper()

    expect(await (await fetch(`${keeper.url}/health`)).json()).toMatchObject({
      status: 'ok',
      peerId: keeper.peerId,
      reservations: 0,
      relay: { dialerBytes: 0, listenerBytes: 0, openCircuits: 0 },
      stun: { answered: 0, unreadable: 0 },
    })
  })

  it('takes its token and nothing else for the control API', async () => {
    const { keeper, dataDir } = await startKeeper()
    const note = await readRunningNote(dataDir)

    const without = await fetch(`${keeper.url}/api/storage/v1/peerid`)
    const withToken = await fetch(`${keeper.url}/api/storage/v1/peerid`, {
      headers: { Authorization: `Bearer ${note?.token}` },
    })

    expect(without.status).toBe(401)
    expect(await withToken.json()).toEqual({ id: keeper.peerId })
  })
})

describe('a keeper’s life', () => {
  it('keeps its peer id and its token over a restart, in files that only its owner may read', async () => {
    const { keeper, dataDir } = await startKeeper()
    const { peerId } = keeper
    const token = (await readRunningNote(dataDir))?.token
    await keeper.stop()

    const { keeper: again } = await startKeeper({ dataDir })

    expect(again.peerId).toBe(peerId)
    expect((await readRunningNote(dataDir))?.token).toBe(token)
    const names = ['peer-key', 'api-token', 'keeper.json']
    const modes = await Promise.all(names.map(async (name) => (await stat(join(dataDir, name))).mode & 0o777))
    expect(modes).toEqual([0o600, 0o600, 0o600])
  })

  it('takes its note away and closes its ports when it stops, silent connections notwithstanding', async () => {
    const { keeper, dataDir } = await startKeeper()
    const silent = await Promise.all(keeper.addresses.map(connectSilently))

    await keeper.stop()

    await Promise.all(silent.map(({ closed }) => closed))
    expect(await readRunningNote(dataDir)).toBeUndefined()
    await expect(fetch(keeper.url)).rejects.toThrow('fetch failed')
  })

  it('refuses a data folder that another keeper has', async () => {
    const { dataDir } = await startKeeper()

    await expect(startKeeper({ dataDir })).rejects.toMatchObject({ code: 'ERR_KEEPER_RUNNING' })
  })

  it('leaves no port open where the one for STUN is taken', async () => {
    const { keeper: first } = await startKeeper({ stunPort: 0 })
    const { stunServers } = (await (await fetch(`${first.url}/quire.json`)).json()) as { stunServers: string[] }
    const taken = Number(stunServers[0]?.split(':').at(-1))
    const port = await freePort()

    await expect(startKeeper({ port, stunPort: taken })).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' })

    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
  })

  it('refuses a port that another program has', async () => {
    const { keeper } = await startKeeper()
    const port = Number(new URL(keeper.url).port)

    await expect(startKeeper({ port })).rejects.toMatchObject({
      code: 'ERR_PORT_IN_USE',
      message: expect.stringContaining(String(port)),
    })
    await expect(startKeeper({ tcpPort: port })).rejects.toMatchObject({ code: 'ERR_PORT_IN_USE' })
  })

  it('never replaces a damaged peer key', async () => {
    const dataDir = await temporaryFolder()
    await writeFile(join(dataDir, 'peer-key'), 'not a key')

    await expect(startKeeper({ dataDir })).rejects.toMatchObject({ code: 'ERR_DATA_FOLDER_UNUSABLE' })
  })
})

describe('peers of a keeper', () => {
  it('meet it by WebSocket and by TCP', async () => {
    const { keeper } = await startKeeper()
    const browser = await startPeer(keeper.addresses.filter((address) => address.includes('/ws')))
    const native = await startPeer(keeper.addresses.filter((address) => !address.includes('/ws')))

    await Promise.all([browser.reconnect(), native.reconnect()])

    expect(browser.peers()).toMatchObject([{ peer: keeper.peerId, transport: 'websocket' }])
    expect(native.peers()).toMatchObject([{ peer: keeper.peerId, transport: 'tcp' }])
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** Connects and sends nothing; gives the promise of the connection’s end. */
async function connectSilently(address: string): Promise<{ closed: Promise<unknown> }> {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return { closed: once(socket, 'close') }
}

async function startPeer(keepers: readonly string[]): Promise<QuireNetwork> {
  const network = new QuireNetwork(
    { assemble: nodeAssembly() },
    { privateKey: await generatePrivateKey(), version: '0', keepers },
  )
  onTestFinished(() => network.stop())
  await network.start()
  return network
}
