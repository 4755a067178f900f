/** Many clients of one keeper in one process: each with a key, a connection, heartbeats and a reservation of its own. */
import '../../src/node/promise-with-resolvers.ts'
import { multiaddr } from '@multiformats/multiaddr'
import { nodeAssembly } from '../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../src/network/quire-network.ts'
import type { FromClients, Probe, ToClients } from './messages.ts'

/** New clients at a time: each handshake is work for the keeper, and for this process. */
const PARALLEL = 4
const RESERVATION_TIMEOUT_MS = 60_000

const [, , keeper = ''] = process.argv
const held: QuireNetwork[] = []

process.on('message', (message: ToClients) => void answer(message))

async function answer(message: ToClients): Promise<void> {
  if (message.kind === 'probe') {
    say({ kind: 'probed', probe: await probe(message.count) })
    return
  }
  let left = message.count
  let failed = 0
  const openSome = async (): Promise<void> => {
    while (left-- > 0) {
      const client = await reserved()
      if (client === undefined) failed++
      else held.push(client)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, openSome))
  say({ kind: 'opened', held: held.length, failed })
}

async function probe(count: number): Promise<Probe> {
  const reserveMs: number[] = []
  const circuitMs: number[] = []
  for (let done = 0; done < count; done++) {
    const startMs = performance.now()
    const client = await reserved()
    if (client === undefined) continue
    reserveMs.push(performance.now() - startMs)
    const target = held[(done * 7) % held.length]
    if (target !== undefined) {
      const dialMs = performance.now()
      await client.libp2p.dial(multiaddr(`${keeper}/p2p-circuit/p2p/${target.peerId}`))
      circuitMs.push(performance.now() - dialMs)
    }
    await client.stop()
  }
  return { reserveMs, circuitMs }
}

/** A client that waits behind the keeper’s relay, or undefined where it was not let in. */
async function reserved(): Promise<QuireNetwork | undefined> {
  const client = new QuireNetwork(
    { assemble: nodeAssembly() },
    { privateKey: await generatePrivateKey(), version: '0', keepers: [keeper] },
  )
  await client.start()
  const isReserved = await new Promise<boolean>((resolve) => {
    const end = (is: boolean): void => {
      clearTimeout(timer)
      unsubscribe()
      resolve(is)
    }
    const check = (): void => {
      const { reachability } = client.status()
      if (reachability.state === 'reachable' && reachability.relays > 0) end(true)
    }
    const timer = setTimeout(() => end(false), RESERVATION_TIMEOUT_MS)
    const unsubscribe = client.onStatusChange(check)
    check()
  })
  if (isReserved) return client
  await client.stop()
  return undefined
}

function say(message: FromClients): void {
  process.send?.(message)
}
