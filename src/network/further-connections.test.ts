import { type Connection, type Stream, TypedEventEmitter } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { closeWith, FurtherConnections } from './further-connections.ts'

const CERTHASH = 'uEiD0f11v6Ze307NZWAph0H3NIBI6HgRCeGTOd9AiG5ZzeA'
// A name is enough: nobody is dialled.
const PEER = '16Uiu2HAmJb2e28qLXxT5kZxVUUoJt72EMzNGXB47Rxx5hw3q4YjS' as PeerKey
const SIGNAL = new AbortController().signal

/** As much of a connection or stream as is looked at. */
class FakeConnection extends TypedEventEmitter<Record<string, Event>> {
  status = 'open'
  readonly remoteAddr: Multiaddr

  constructor(address = `/webrtc/p2p/${PEER}`) {
    super()
    this.remoteAddr = multiaddr(address)
  }

  async close(): Promise<void> {
    this.status = 'closed'
    this.dispatchEvent(new Event('close'))
  }

  asConnection(): Connection {
    return this as unknown as Connection
  }

  asStream(): Stream {
    return this as unknown as Stream
  }
}

function furtherWith(dial: () => Promise<FakeConnection>, first = new FakeConnection()): FurtherConnections {
  const libp2p = { dial: async () => (await dial()).asConnection() }
  return new FurtherConnections({ libp2p, table: { directConnection: () => first.asConnection() } })
}

describe('FurtherConnections', () => {
  it('has thirty-two at a time, and another for each that closes', async () => {
    const made: FakeConnection[] = []
    const further = furtherWith(async () => {
      const connection = new FakeConnection()
      made.push(connection)
      return connection
    })
    for (let i = 0; i < 32; i++) await further.open(PEER, SIGNAL)

    await expect(further.open(PEER, SIGNAL)).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
    await made[0]?.close()
    await further.open(PEER, SIGNAL)

    expect(made).toHaveLength(33)
    await expect(further.open(PEER, SIGNAL)).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
  })

  it('counts none that could not be made, or that was closed when it came', async () => {
    let tries = 0
    const further = furtherWith(async () => {
      tries++
      const connection = new FakeConnection()
      if (tries % 2 === 0) throw new Error('no way')
      await connection.close()
      return connection
    })

    for (let i = 0; i < 70; i++) await expect(further.open(PEER, SIGNAL)).rejects.toBeInstanceOf(Error)

    expect(tries).toBe(70)
  })

  it('closes a connection with its stream, also with one that had ended by then', async () => {
    for (const endsFirst of [false, true]) {
      const [stream, connection] = [new FakeConnection(), new FakeConnection()]
      if (endsFirst) await stream.close()
      closeWith(stream.asStream(), connection.asConnection())
      expect(connection.status).toBe(endsFirst ? 'closed' : 'open')
      await stream.close()
      expect(connection.status).toBe('closed')
    }
  })

  it.each([
    `/ip4/127.0.0.1/udp/4001/webrtc-direct/certhash/${CERTHASH}/p2p/${PEER}`,
    `/ip4/127.0.0.1/tcp/4001/ws/p2p/${PEER}`,
  ])('dials none where nobody takes signals: %s', async (address) => {
    let dials = 0
    const dial = async (): Promise<FakeConnection> => {
      dials += 1
      return new FakeConnection()
    }

    const opened = furtherWith(dial, new FakeConnection(address)).open(PEER, SIGNAL)

    await expect(opened).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
    expect(dials).toBe(0)
  })
})
