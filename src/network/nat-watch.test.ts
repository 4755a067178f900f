import { describe, expect, it } from 'vitest'
import { type Nat, type NatKind, UNKNOWN_NAT } from './nat-kind.ts'
import { type GatheringConnection, natProbe, tellingStunServers } from './nat-probe.ts'
import { NatWatch } from './nat-watch.ts'
import { silentLog } from './network-log.ts'

const HOST = 'candidate:11 1 udp 2113937151 192.168.1.7 50000 typ host'
const MAPPED = 'candidate:21 1 udp 1677729535 203.0.113.5 41000 typ srflx raddr 0.0.0.0 rport 0'

/** Gathers what it is told to, when its offer is set. */
function connection(act: (self: FakeConnection) => void): FakeConnection {
  return new FakeConnection(act)
}

class FakeConnection {
  onicecandidate: ((event: { candidate: { candidate: string } | null }) => void) | null = null
  onicecandidateerror: ((event: { errorCode: number; url: string }) => void) | null = null
  isClosed = false
  readonly #act: (self: FakeConnection) => void

  constructor(act: (self: FakeConnection) => void) {
    this.#act = act
  }

  gathered(...lines: readonly string[]): this {
    for (const candidate of lines) this.onicecandidate?.({ candidate: { candidate } })
    return this
  }

  createDataChannel(): void {}

  async createOffer(): Promise<object> {
    return {}
  }

  async setLocalDescription(): Promise<void> {
    this.#act(this)
  }

  close(): void {
    this.isClosed = true
  }

  asConnection(): GatheringConnection {
    // The rest is not looked at.
    return this as unknown as GatheringConnection
  }
}

const SERVERS = ['stun:203.0.113.1:3478', 'stun:203.0.113.1:3479']

function probeOf(fake: FakeConnection, timeoutMs = 3_600_000) {
  return natProbe({ connect: () => fake.asConnection() }, { stunServers: SERVERS, timeoutMs })
}

function natBy(kind: NatKind): Nat {
  return { kind, families: [4] }
}

const never = new AbortController().signal

describe('natProbe', () => {
  it('says what the candidates show once the browser has gathered them, and closes the connection', async () => {
    const fake = connection((self) => self.gathered(HOST, MAPPED).onicecandidate?.({ candidate: null }))

    expect(await probeOf(fake)(never)).toEqual({ kind: 'cone', families: [4] })
    expect(fake.isClosed).toBe(true)
  })

  it('says that UDP is blocked when no server answers, told by the browser or by the time', async () => {
    const told = connection((self) => {
      self.gathered(HOST)
      for (const url of SERVERS) self.onicecandidateerror?.({ errorCode: 701, url })
      self.onicecandidate?.({ candidate: null })
    })
    const silent = connection((self) => self.gathered(HOST))

    expect(await probeOf(told)(never)).toMatchObject({ kind: 'udp-blocked' })
    expect(await probeOf(silent, 5)(never)).toMatchObject({ kind: 'udp-blocked' })
  })

  it('does not take one silent server, on two networks, for blocked UDP', async () => {
    const fake = connection((self) => {
      self.gathered(HOST)
      for (const [url = ''] of [SERVERS, SERVERS]) self.onicecandidateerror?.({ errorCode: 701, url })
      self.onicecandidate?.({ candidate: null })
    })

    expect(await probeOf(fake)(never)).toMatchObject({ kind: 'none' })
  })

  it('ends with the reason of the signal', async () => {
    const stopping = new AbortController()
    const fake = connection(() => stopping.abort(new Error('enough')))

    await expect(probeOf(fake)(stopping.signal)).rejects.toThrow('enough')
    expect(fake.isClosed).toBe(true)
  })

  it('asks no server on this machine, and none of another kind', () => {
    const urls = ['stun:localhost:1', 'stun:127.0.0.1:1', 'stun:[::1]:1', 'turn:203.0.113.1:1', 'stun:203.0.113.1:1']

    expect(tellingStunServers(urls)).toEqual(['stun:203.0.113.1:1'])
  })
})

describe('NatWatch', () => {
  it('looks once for everybody who asks meanwhile', async () => {
    const found = Promise.withResolvers<Nat>()
    let looks = 0
    const probe = (): Promise<Nat> => {
      looks++
      return found.promise
    }
    const watch = new NatWatch({ probe, log: silentLog, onChange: () => undefined })

    const both = [watch.check(), watch.check()]
    found.resolve(natBy('symmetric'))

    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['symmetric', 'symmetric'])
    expect(looks).toBe(1)
    expect(watch.status.checkedAtMs).toBeGreaterThan(0)
  })

  it('forgets what it found when the network changes, and does not believe a look that began before', async () => {
    const looks = [Promise.withResolvers<Nat>(), Promise.withResolvers<Nat>()]
    const told: NatKind[] = []
    let count = 0
    const probe = (): Promise<Nat> => looks[count++]?.promise ?? Promise.resolve(natBy('none'))
    const watch: NatWatch = new NatWatch({ probe, log: silentLog, onChange: () => told.push(watch.status.kind) })
    const first = watch.check()

    watch.changed()
    looks[0]?.resolve(natBy('cone'))
    looks[1]?.resolve(natBy('symmetric'))
    await first

    expect(told).toEqual(['symmetric'])
    watch.changed()
    expect(watch.status).toEqual(UNKNOWN_NAT)
  })

  it('knows nothing where there is nothing to look with, or the look fails', async () => {
    const without = new NatWatch({ probe: undefined, log: silentLog, onChange: () => undefined })
    const failing = new NatWatch({
      probe: () => Promise.reject(new Error('no')),
      log: silentLog,
      onChange: () => undefined,
    })

    expect(await without.check()).toEqual(UNKNOWN_NAT)
    expect(await failing.check()).toEqual(UNKNOWN_NAT)
  })
})
