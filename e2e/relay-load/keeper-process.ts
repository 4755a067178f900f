/** A keeper alone in its process, as `quire keeper` runs one, that tells its parent what it costs. */
import '../../src/node/promise-with-resolvers.ts'
import { Keeper } from '../../src/keeper/keeper.ts'
import { DEFAULT_KEEPER_OPTIONS } from '../../src/keeper/keeper-options.ts'
import { createLog } from '../../src/keeper/log.ts'
import { DEFAULT_RELAY_LIMITS } from '../../src/keeper/relay-limits.ts'
import type { FromKeeper, KeeperReading, ToKeeper } from './messages.ts'

const [, , dataDir = '', maxReservations = ''] = process.argv
const keeper = new Keeper(
  { log: createLog(process.stderr, 'error') },
  {
    ...DEFAULT_KEEPER_OPTIONS,
    port: 0,
    tcpPort: 0,
    dataDir,
    relay: { ...DEFAULT_RELAY_LIMITS, maxReservations: Number(maxReservations) },
  },
)
await keeper.start()
say({ kind: 'started', address: keeper.addresses.find((address) => address.includes('/ws')) ?? '' })

process.on('message', (message: ToKeeper) => {
  if (message.kind === 'read') say({ kind: 'reading', reading: reading() })
  else void keeper.stop().then(() => process.exit(0))
})

function reading(): KeeperReading {
  globalThis.gc?.()
  const { peers, reservations, relay } = keeper.figures()
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    reservations,
    refusedReservations: relay.refusedReservations,
    connectedPeers: peers,
    rssBytes: rss,
    heapBytes: heapUsed,
    externalBytes: external + arrayBuffers,
    cpuMs: (user + system) / 1000,
  }
}

function say(message: FromKeeper): void {
  process.send?.(message)
}
