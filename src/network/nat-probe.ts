/** Gathers ICE candidates against STUN servers, and says what NAT they show. */
import { type Gathered, type Nat, natOf } from './nat-kind.ts'

/** Resolves with what was found; rejects with the signal’s reason, or where the browser makes no connection. */
export type NatProbe = (signal: AbortSignal) => Promise<Nat>

/** What a probe needs of a peer connection. */
export type GatheringConnection = Pick<
  RTCPeerConnection,
  'onicecandidate' | 'onicecandidateerror' | 'createDataChannel' | 'createOffer' | 'setLocalDescription' | 'close'
>

export interface NatProbeComponents {
  readonly connect: (stunServers: readonly string[]) => GatheringConnection
}

export interface NatProbeInit {
  readonly stunServers: readonly string[]
  /** What has not answered by then does not. */
  readonly timeoutMs?: number
}

// A request is sent again after 0.25, 0.75, 1.75, 3.75 s … (Chromium): five without an answer are none.
const DEFAULT_TIMEOUT_MS = 6_000
/** The server could not be reached, or did not answer (WebRTC, section 4.8.2). */
const UNANSWERED = 701

export function natProbe({ connect }: NatProbeComponents, init: NatProbeInit): NatProbe {
  const { stunServers, timeoutMs = DEFAULT_TIMEOUT_MS } = init
  return async (signal) => {
    signal.throwIfAborted()
    const connection = connect(stunServers)
    try {
      return natOf(await gather(connection, { serverCount: stunServers.length, timeoutMs }, signal))
    } finally {
      connection.onicecandidate = null
      connection.onicecandidateerror = null
      connection.close()
    }
  }
}

/** Servers on this machine say nothing about the network. */
export function tellingStunServers(urls: readonly string[]): string[] {
  return urls.filter((url) => url.startsWith('stun:') && !/^stun:(localhost|127\.|\[::1\])/.test(url))
}

function gather(
  connection: GatheringConnection,
  { serverCount, timeoutMs }: { serverCount: number; timeoutMs: number },
  signal: AbortSignal,
): Promise<Gathered> {
  const candidates: string[] = []
  const silent = new Set<string>()
  let isLate = false
  return new Promise((resolve, reject) => {
    const end = (act: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const onAbort = (): void => end(() => reject(signal.reason))
    const finish = (): void => end(() => resolve({ candidates, isUnanswered: isLate || silent.size >= serverCount }))
    const timer = setTimeout(() => {
      isLate = true
      finish()
    }, timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    // Once for each server and each address of this device.
    connection.onicecandidateerror = ({ errorCode, url }) => {
      if (errorCode === UNANSWERED) silent.add(url)
    }
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) finish()
      else if (candidate.candidate !== '') candidates.push(candidate.candidate)
    }
    // Without a media section there is nothing to gather for.
    connection.createDataChannel('nat')
    connection
      .createOffer()
      .then((offer) => connection.setLocalDescription(offer))
      .catch((error: unknown) => end(() => reject(error)))
  })
}
