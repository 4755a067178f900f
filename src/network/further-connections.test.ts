import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { FurtherConnections } from './further-connections.ts'
import { parsePeerKey } from './peer-identity.ts'

const PEER = '16Uiu2HAmHV3HPHrnXPkcasBrjaogpgKaPQycq8757KSPCYuPSLEF'
const CERTHASH = 'uEiD0f11v6Ze307NZWAph0H3NIBI6HgRCeGTOd9AiG5ZzeA'

function connectedAt(address: string) {
  const dialled: string[] = []
  const peer = parsePeerKey(PEER)
  if (peer === undefined) throw new Error('no peer key')
  const further = new FurtherConnections({
    table: { directConnection: () => ({ remoteAddr: multiaddr(address) }) as Connection },
    libp2p: {
      dial: async (target) => {
        dialled.push(String(target))
        return new EventTarget() as unknown as Connection
      },
    },
  })
  return { dialled, open: () => further.open(peer, new AbortController().signal) }
}

describe('connections beside the first one', () => {
  it('are signalled over the one that is there', async () => {
    const { dialled, open } = connectedAt(`/webrtc/p2p/${PEER}`)

    await open()

    expect(dialled).toEqual([`/webrtc/p2p/${PEER}`])
  })

  it.each([
    `/ip4/127.0.0.1/udp/4001/webrtc-direct/certhash/${CERTHASH}/p2p/${PEER}`,
    `/ip4/127.0.0.1/tcp/4001/ws/p2p/${PEER}`,
  ])('are not dialled where nobody takes signals: %s', async (address) => {
    const { dialled, open } = connectedAt(address)

    await expect(open()).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
    expect(dialled).toEqual([])
  })
})
