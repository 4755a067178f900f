/**
 * The checks of the self-test, in the order in which each can explain the next: device, browser, keeper, place behind it,
 * what the network lets through, lookups, peers. Keepers and their STUN servers are all that is asked.
 */
import { DIGEST_BYTES, manifestCidFromDigest } from '../codec/cid.ts'
import { within } from '../network/waiting.ts'
import type { NodeStatus } from './connectivity.ts'
import type { NodeNetwork } from './node-parts.ts'
import type { Check, CheckFinding, Outcome } from './self-test.ts'

/** Whether a WebRTC connection opens at all; see `webrtc-loopback.ts`. */
export type WebRtcTrial = (signal: AbortSignal) => Promise<'webrtc-works' | 'no-webrtc' | 'webrtc-broken'>

export interface ConnectionChecksComponents {
  readonly network: Pick<NodeNetwork, 'reconnect' | 'findProviders' | 'onStatusChange' | 'checkNat'>
  readonly status: () => NodeStatus
  /** For nodes that others reach by WebRTC. */
  readonly tryWebRtc?: WebRtcTrial | undefined
}

/** A reservation takes two round trips; a keeper that is asked says yes or no within this time, or never. */
const RESERVATION_MS = 10_000
/** Less than a lookup may take by itself: one that runs until then had no answer. */
const LOOKUP_MS = 9_000

export function connectionChecks(components: ConnectionChecksComponents): Check[] {
  const { network, status, tryWebRtc } = components
  const checks: readonly (Check | undefined)[] = [
    { name: 'online', run: async () => checkOnline(status()) },
    tryWebRtc && { name: 'webrtc', run: (signal) => checkWebRtc(status(), tryWebRtc, signal) },
    {
      name: 'keeper',
      run: async (_signal, isOk) => {
        if (!isOk('online')) return skipped('offline')
        await network.reconnect()
        return checkKeepers(status())
      },
    },
    {
      name: 'reservation',
      run: async (signal, isOk) => {
        if (!isOk('keeper')) return skipped('no-keeper-answers')
        await placeSettled(components, within(RESERVATION_MS, signal))
        return checkPlace(status())
      },
    },
    {
      name: 'udp',
      run: async (_signal, isOk) => {
        if (!isOk('online')) return skipped('offline')
        await network.checkNat()
        return checkUdp(status())
      },
    },
    { name: 'nat', run: async (_signal, isOk) => (isOk('udp') ? checkNat(status()) : skipped('nat-unknown')) },
    {
      name: 'lookup',
      run: async (signal, isOk) => (isOk('keeper') ? checkLookup(network, signal) : skipped('no-keeper-answers')),
    },
    { name: 'peers', run: async () => checkPeers(status()) },
  ]
  return checks.filter((check) => check !== undefined)
}

function checkOnline({ reachability }: NodeStatus): Outcome {
  return reachability.state === 'offline' ? failed('offline') : ok('online')
}

async function checkWebRtc({ peers }: NodeStatus, tryWebRtc: WebRtcTrial, signal: AbortSignal): Promise<Outcome> {
  // A connection that stands says more than a trial.
  if (peers.some(({ transport }) => transport === 'webrtc')) return ok('webrtc-works')
  const finding = await tryWebRtc(signal)
  return finding === 'webrtc-works' ? ok(finding) : failed(finding)
}

function checkKeepers({ relays, peers }: NodeStatus): Outcome {
  const down = relays.filter(({ state }) => state === 'down' || state === 'connecting').length
  const connected = Math.max(
    relays.length - down,
    peers.filter(({ isKeeper, isDirect }) => isKeeper && isDirect).length,
  )
  const counts = { connected, known: connected + down }
  if (counts.known === 0) return failed('no-keeper-known', counts)
  if (connected === 0) return failed('no-keeper-answers', counts)
  return ok(down > 0 ? 'some-keepers-down' : 'keeper-answers', counts)
}

/** Resolves when no keeper is being asked for a place any more, or when `signal` aborts. */
function placeSettled({ network, status }: ConnectionChecksComponents, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const isAsking = (): boolean => {
      const { reachability } = status()
      return reachability.state === 'starting' || isWaiting(reachability)
    }
    const end = (): void => {
      unsubscribe()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const unsubscribe = network.onStatusChange(() => !isAsking() && end())
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted || !isAsking()) end()
  })
}

function isWaiting(reachability: NodeStatus['reachability']): boolean {
  return reachability.state === 'not-reachable' && reachability.reason === 'waiting-for-relay'
}

function checkPlace({ reachability }: NodeStatus): Outcome {
  if (reachability.state === 'reachable') {
    const { relays } = reachability
    return relays > 0 ? ok('reserved', { relays }) : ok('reachable-itself')
  }
  const reason = reachability.state === 'not-reachable' ? reachability.reason : undefined
  return failed(reason === 'relay-full' || reason === 'relay-refused' ? reason : 'no-relay')
}

function checkUdp({ nat }: NodeStatus): Outcome {
  if (nat.kind === 'udp-blocked') return failed('udp-blocked')
  return nat.kind === 'unknown' ? skipped('no-stun-server') : ok('udp-passes')
}

function checkNat({ nat }: NodeStatus): Outcome {
  switch (nat.kind) {
    case 'none':
      return ok('nat-none')
    case 'cone':
      return ok('nat-cone')
    case 'symmetric':
      return failed('nat-symmetric')
    case 'udp-blocked':
    case 'unknown':
      return skipped('nat-unknown')
  }
}

/** Looks for a CID that nobody has: whoever answers says so. */
async function checkLookup(network: ConnectionChecksComponents['network'], signal: AbortSignal): Promise<Outcome> {
  const cid = manifestCidFromDigest(crypto.getRandomValues(new Uint8Array(DIGEST_BYTES)))
  const limited = within(LOOKUP_MS, signal)
  try {
    for await (const peer of network.findProviders(cid, { signal: limited })) void peer
    return ok('lookup-answered')
  } catch (error) {
    if (signal.aborted || !limited.aborted) throw error
    return failed('lookup-unanswered')
  }
}

function checkPeers({ peers }: NodeStatus): Outcome {
  const others = peers.filter(({ isKeeper }) => !isKeeper)
  const direct = others.filter(({ path }) => path.kind !== 'relayed').length
  const counts = { direct, relayed: others.length - direct }
  if (others.length === 0) return skipped('no-peers')
  return direct > 0 ? ok('peers-direct', counts) : failed('peers-relayed', counts)
}

function ok(finding: CheckFinding, counts?: Outcome['counts']): Outcome {
  return { state: 'ok', finding, counts }
}

function failed(finding: CheckFinding, counts?: Outcome['counts']): Outcome {
  return { state: 'failed', finding, counts }
}

function skipped(finding: CheckFinding): Outcome {
  return { state: 'skipped', finding }
}
