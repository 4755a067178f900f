declare global {
  // Given to the page by the harness; a property of the global object can be declared only this way.
  var linePortFor: (address: string, port: number) => Promise<number>
}

interface NativeMethods {
  addIceCandidate(this: RTCPeerConnection, candidate?: RTCIceCandidateInit | null): Promise<void>
  setRemoteDescription(this: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<void>
}

/**
 * Runs in a page before its own scripts: the addresses that others send it are replaced by ports of the delay line.
 *
 * Only IPv4 over UDP is left, so that no pair of candidates goes round the line. The function is sent to the page as
 * text, so it may use nothing of this module.
 */
export function takeTheLine(): void {
  if (typeof RTCPeerConnection === 'undefined') return
  // Each has a form with callbacks, too, which nobody uses and which the types put first. Called with their object below.
  // oxlint-disable-next-line typescript/unbound-method
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype as unknown as NativeMethods
  const order = new WeakMap<RTCPeerConnection, Promise<unknown>>()

  /** “candidate:<foundation> <component> udp <priority> <address> <port> typ host …”; undefined where it is left out. */
  const throughLine = async (candidate: string): Promise<string | undefined> => {
    const fields = candidate.split(' ')
    const [, , protocol, , address, port] = fields
    if (protocol?.toLowerCase() !== 'udp' || address === undefined || !/^[\d.]+$/.test(address)) return undefined
    fields[5] = String(await globalThis.linePortFor(address, Number(port)))
    return fields.join(' ')
  }

  const throughLineAll = async (sdp: string): Promise<string> => {
    const lines = await Promise.all(
      sdp.split('\r\n').map(async (line) => {
        if (!line.startsWith('a=candidate:')) return line
        const replaced = await throughLine(line.slice(2))
        return replaced === undefined ? undefined : `a=${replaced}`
      }),
    )
    return lines.filter((line) => line !== undefined).join('\r\n')
  }

  /** The browser does these in the order of the calls; so must we, though each now waits for a port. */
  const inOrder = <T>(connection: RTCPeerConnection, act: () => Promise<T>): Promise<T> => {
    const acted = (order.get(connection) ?? Promise.resolve()).then(act)
    order.set(
      connection,
      acted.catch(() => undefined),
    )
    return acted
  }

  RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
    return inOrder(this, async () => {
      const { type, sdp } = description
      const changed = sdp === undefined ? { type } : { type, sdp: await throughLineAll(sdp) }
      return setRemoteDescription.call(this, changed)
    })
  }

  RTCPeerConnection.prototype.addIceCandidate = function (candidate?: RTCIceCandidateInit | null) {
    return inOrder(this, async () => {
      const text = candidate?.candidate ?? ''
      if (candidate === undefined || candidate === null || text === '') return addIceCandidate.call(this, candidate)
      const replaced = await throughLine(text)
      if (replaced === undefined) return
      const { sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = candidate
      return addIceCandidate.call(this, { candidate: replaced, sdpMid, sdpMLineIndex, usernameFragment })
    })
  }
}
