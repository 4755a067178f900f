import type { WebRtcTrial } from './connection-checks.ts'

/** Within one browser it takes a tenth of a second. */
const TIMEOUT_MS = 8_000

/** Opens a data channel from this browser to itself, which asks nobody: settings and extensions can switch WebRTC off. */
export const tryWebRtcLoopback: WebRtcTrial = async (signal) => {
  signal.throwIfAborted()
  if (!('RTCPeerConnection' in globalThis)) return 'no-webrtc'
  const [near, far] = [new RTCPeerConnection({ iceServers: [] }), new RTCPeerConnection({ iceServers: [] })]
  try {
    const opened = channelOpened(near, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]))
    near.onicecandidate = ({ candidate }) => void passOn(candidate, far)
    far.onicecandidate = ({ candidate }) => void passOn(candidate, near)
    await near.setLocalDescription(await near.createOffer())
    await far.setRemoteDescription(described(near))
    await far.setLocalDescription(await far.createAnswer())
    await near.setRemoteDescription(described(far))
    await opened
    return 'webrtc-works'
  } catch {
    // How it fails differs from browser to browser and is of no use to anybody; that it was stopped is.
    signal.throwIfAborted()
    return 'webrtc-broken'
  } finally {
    near.close()
    far.close()
  }
}

function channelOpened(connection: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  const opened = new Promise<void>((resolve, reject) => {
    connection.createDataChannel('trial').onopen = () => resolve()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // Where the offer fails already, nobody waits for it.
  opened.catch(() => undefined)
  return opened
}

async function passOn(candidate: RTCIceCandidate | null, to: RTCPeerConnection): Promise<void> {
  if (candidate === null) return
  // One candidate that is refused leaves others; without any the channel does not open, which is said.
  await to.addIceCandidate(candidate).catch(() => undefined)
}

function described({ localDescription }: RTCPeerConnection): RTCSessionDescriptionInit {
  if (localDescription === null) throw new TypeError('The connection has no description of its own.')
  return localDescription
}
