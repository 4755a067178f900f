/** A worker that a browser test drives: raw peer connections on the stand-in, no libp2p. */
import { webRtcBudget, webRtcPort } from '../worker/install.ts'
import { isPatternedMessage, patternedMessage } from './patterned-messages.ts'
import type { FromPeer, PeerCommand, PeerReply, Signal, ToPeer } from './peer-commands.ts'
import type { WorkerPeerConnection, createPeerConnectionClass } from '../worker/worker-peer-connection.ts'

declare const RTCPeerConnection: ReturnType<typeof createPeerConnectionClass>

const BUFFER_LIMIT_BYTES = 1024 * 1024

let connection: WorkerPeerConnection | undefined
let channel: RTCDataChannel | undefined
let receivedCount = 0
let closeEvents = 0
let inOrder = true
let plan: { messageCount: number; blockEvery: number; blockMs: number; done: () => void } | undefined
let gatheredToNull = false

function post(message: FromPeer, transfer: Transferable[] = []): void {
  globalThis.postMessage(message, { transfer })
}

function made(): WorkerPeerConnection {
  if (connection === undefined) {
    throw new Error('connect first')
  }
  return connection
}

function opened(): RTCDataChannel {
  if (channel === undefined) {
    throw new Error('connect first')
  }
  return channel
}

function adopt(adopted: RTCDataChannel): Promise<void> {
  channel = adopted
  adopted.onclose = () => {
    closeEvents += 1
  }
  adopted.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => receive(data)
  return new Promise((resolve, reject) => {
    adopted.onerror = () => reject(new Error('the channel failed'))
    if (adopted.readyState === 'open') {
      resolve()
    } else {
      adopted.onopen = () => resolve()
    }
  })
}

function receive(data: ArrayBuffer): void {
  inOrder &&= isPatternedMessage(receivedCount, data)
  receivedCount += 1
  if (plan === undefined) {
    return
  }
  if (plan.blockMs > 0 && receivedCount % plan.blockEvery === 0) {
    const untilMs = performance.now() + plan.blockMs
    while (performance.now() < untilMs);
  }
  if (receivedCount === plan.messageCount) {
    plan.done()
  }
}

async function connect(role: 'caller' | 'callee'): Promise<PeerReply> {
  const pc = new RTCPeerConnection()
  connection = pc
  pc.onicecandidate = ({ candidate }) => {
    gatheredToNull ||= candidate === null
    if (candidate !== null) {
      post({ kind: 'signal', signal: { candidate: candidate.toJSON() } })
    }
  }
  const open = new Promise<void>((resolve, reject) => {
    pc.ondatachannel = (event) => adopt(event.channel).then(resolve, reject)
    if (role === 'caller') {
      adopt(pc.createDataChannel('data')).then(resolve, reject)
    }
  })
  if (role === 'caller') {
    const offer = await pc.createOffer()
    await pc.setLocalDescription(offer)
    post({ kind: 'signal', signal: { description: offer } })
  }
  await open
  return { id: opened().id ?? -1, direct: opened().constructor.name === 'RTCDataChannel' }
}

async function takeSignal({ description, candidate }: Signal): Promise<void> {
  const pc = made()
  if (description !== undefined) {
    await pc.setRemoteDescription(description)
    if (description.type === 'offer') {
      const answer = await pc.createAnswer()
      await pc.setLocalDescription(answer)
      post({ kind: 'signal', signal: { description: answer } })
    }
  }
  if (candidate !== undefined) {
    await pc.addIceCandidate(candidate)
  }
}

async function send(messageCount: number, messageSizeBytes: number): Promise<PeerReply> {
  const out = opened()
  const startedMs = performance.now()
  let mostBufferedBytes = 0
  out.bufferedAmountLowThreshold = BUFFER_LIMIT_BYTES / 2
  for (let i = 0; i < messageCount; i += 1) {
    if (out.bufferedAmount > BUFFER_LIMIT_BYTES) {
      await new Promise((resolve) => out.addEventListener('bufferedamountlow', resolve, { once: true }))
    }
    out.send(patternedMessage(i, messageSizeBytes))
    mostBufferedBytes = Math.max(mostBufferedBytes, out.bufferedAmount)
  }
  return { elapsedMs: performance.now() - startedMs, mostBufferedBytes }
}

async function awaitMessages(command: Extract<PeerCommand, { type: 'receive' }>): Promise<PeerReply> {
  const startedMs = performance.now()
  await new Promise<void>((done) => {
    plan = { ...command, done }
    if (receivedCount === command.messageCount) {
      done()
    }
  })
  return { receivedCount, inOrder, elapsedMs: performance.now() - startedMs }
}

function awaitClosed(): Promise<PeerReply> {
  const pc = made()
  return new Promise((resolve) => {
    const look = (): void => {
      if (pc.connectionState === 'closed') {
        resolve({ atMs: Date.now() })
      }
    }
    pc.addEventListener('connectionstatechange', look)
    look()
  })
}

async function closeUnboundChannel(): Promise<PeerReply> {
  const pc = new RTCPeerConnection()
  const stub = pc.createDataChannel('short-lived')
  const before = stub.readyState
  const closed = new Promise((resolve) => stub.addEventListener('close', resolve))
  stub.close()
  const between = stub.readyState
  pc.close()
  await closed
  return { before, between, after: stub.readyState }
}

async function stats(): Promise<PeerReply> {
  const report = await made().getStats()
  const entries = [...report.values()].filter((entry) => typeof entry === 'object' && entry !== null)
  const transport = entries.find((entry) => 'type' in entry && entry.type === 'transport')
  const pairId =
    transport !== undefined && 'selectedCandidatePairId' in transport ? transport.selectedCandidatePairId : undefined
  return { selectedPairIsListed: typeof pairId === 'string' && report.has(pairId) }
}

async function certificate(): Promise<PeerReply> {
  const generated = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' })
  const pc = new RTCPeerConnection({ certificates: [generated] })
  pc.createDataChannel('x')
  const { sdp } = await pc.createOffer()
  pc.close()
  const fingerprint = generated.getFingerprints()[0]?.value ?? 'none'
  return {
    isUsed: sdp.toLowerCase().includes(fingerprint.toLowerCase()),
    expiresLater: generated.expires > Date.now(),
  }
}

/**
 * Without descriptions: Chromium 156 never collects a connection that is closed while its icegatheringstatechange is
 * scheduled (the event holds it), which a close right after setLocalDescription hits every other time.
 */
async function make(count: number, close: boolean): Promise<PeerReply> {
  for (let i = 0; i < count; i += 1) {
    const pc = new RTCPeerConnection()
    pc.createDataChannel('x')
    await pc.createOffer()
    if (close) {
      pc.close()
    }
  }
  return { ...webRtcBudget() }
}

function construct(): PeerReply {
  try {
    new RTCPeerConnection().close()
    return { outcome: 'made' }
  } catch (error) {
    return { outcome: codeOf(error) }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ('code' in error ? String(error.code) : error.name) : String(error)
}

async function perform(command: PeerCommand): Promise<PeerReply> {
  switch (command.type) {
    case 'connect':
      return connect(command.role)
    case 'send':
      return send(command.messageCount, command.messageSizeBytes)
    case 'receive':
      return awaitMessages(command)
    case 'hang-up':
      made().close()
      return { atMs: Date.now() }
    case 'await-closed':
      return awaitClosed()
    case 'close-unbound-channel':
      return closeUnboundChannel()
    case 'channel-state':
      return { state: opened().readyState, closeEvents }
    case 'stats':
      return stats()
    case 'certificate':
      return certificate()
    case 'gathered-to-null':
      return { gatheredToNull }
    case 'make':
      return make(command.count, command.close)
    case 'construct':
      return construct()
    case 'budget':
      return { ...webRtcBudget() }
    default:
      return command satisfies never
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToPeer>) => {
  if (data.kind === 'signal') {
    void takeSignal(data.signal)
    return
  }
  const { id, command } = data
  perform(command).then(
    (reply) => post({ kind: 'reply', id, reply }),
    (error: unknown) => post({ kind: 'failure', id, message: String(error) }),
  )
})

post({ kind: 'port', port: webRtcPort }, [webRtcPort])
