/** The ceiling: one data channel between two windows, 64 KiB messages, nothing else. */
import type { FetchOptions, FetchResult, SeededContent } from './contestant.ts'
import { Receipt } from './receipt.ts'
import { seededPieces } from './seeded-bytes.ts'
import { Signalling } from './signalling.ts'

/** The best of a sweep over 16 to 256 KiB and 2 to 8 MiB; none was more than a tenth slower. */
const MESSAGE_BYTES = 64 * 1024
const MOST_BUFFERED_BYTES = 4 * 1024 * 1024
const LOW_BUFFERED_BYTES = 1024 * 1024

declare global {
  // A property of the page’s global object can be declared only this way.
  var rawProbe: {
    /** The median round trip of small messages to the page that offers, ms. */
    readonly ping: (ticket: string, count: number) => Promise<number>
  }
}

const open = new Set<{ close(): void }>()

/** Joins the room of the ticket, and tells the other side whatever ICE finds. */
async function connect(room: string): Promise<{ connection: RTCPeerConnection; signalling: Signalling }> {
  const signalling = await Signalling.join(room)
  const connection = new RTCPeerConnection()
  connection.addEventListener('icecandidate', ({ candidate }) =>
    signalling.send({ candidate: candidate?.toJSON() ?? null }),
  )
  signalling.onMessage(async ({ description, candidate }) => {
    if (description !== undefined) {
      await connection.setRemoteDescription(description)
      if (description.type !== 'offer') return
      await connection.setLocalDescription()
      signalling.send({ description: connection.localDescription?.toJSON() })
    } else if (candidate !== undefined && candidate !== null) {
      await connection.addIceCandidate(candidate)
    }
  })
  open.add(connection).add(signalling)
  return { connection, signalling }
}

async function offer(content: SeededContent): Promise<string> {
  const pieces = [...seededPieces(content)]
  const room = `raw-${crypto.randomUUID()}`
  const lobby = await Signalling.join(room)
  open.add(lobby)
  lobby.onMessage(async ({ session }) => {
    if (session === undefined) return
    const { connection } = await connect(session)
    connection.addEventListener('datachannel', ({ channel }) => {
      if (channel.label === 'ping')
        channel.addEventListener('message', ({ data }: MessageEvent<string>) => channel.send(data))
      else void send(channel, pieces)
    })
  })
  return JSON.stringify({ room, sizeBytes: content.sizeBytes })
}

async function send(channel: RTCDataChannel, pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  channel.bufferedAmountLowThreshold = LOW_BUFFERED_BYTES
  if (channel.readyState !== 'open') await once(channel, 'open')
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.byteLength; offset += MESSAGE_BYTES) {
      if (channel.bufferedAmount > MOST_BUFFERED_BYTES) await once(channel, 'bufferedamountlow')
      // The other side has what it wants.
      if (channel.readyState !== 'open') return
      channel.send(piece.subarray(offset, offset + MESSAGE_BYTES))
    }
  }
}

interface Asking {
  readonly channel: RTCDataChannel
  readonly sizeBytes: number
  readonly close: () => void
}

/** A channel to the page of the ticket; it opens later. */
async function ask(ticket: string, label: 'content' | 'ping'): Promise<Asking> {
  const { room, sizeBytes } = JSON.parse(ticket) as { room: string; sizeBytes: number }
  const session = `session-${crypto.randomUUID()}`
  const { connection, signalling } = await connect(session)
  const channel = connection.createDataChannel(label)
  channel.binaryType = 'arraybuffer'
  const lobby = await Signalling.join(room)
  lobby.send({ session })
  void signalling.othersJoined().then(async () => {
    await connection.setLocalDescription()
    signalling.send({ description: connection.localDescription?.toJSON() })
  })
  const close = (): void => [lobby, connection, signalling].forEach((each) => each.close())
  return { channel, sizeBytes, close }
}

async function fetchContent(ticket: string, options: FetchOptions = {}): Promise<FetchResult> {
  const startedMs = performance.now()
  const { channel, sizeBytes, close } = await ask(ticket, 'content')
  const receipt = new Receipt(sizeBytes, { ...options, startedMs })
  await new Promise<void>((resolve) => {
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      if (receipt.add(new Uint8Array(data))) resolve()
    })
  })
  close()
  return receipt.result()
}

async function ping(ticket: string, count: number): Promise<number> {
  const { channel, close } = await ask(ticket, 'ping')
  await once(channel, 'open')
  const roundTripsMs: number[] = []
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now()
    channel.send('ping')
    await once(channel, 'message')
    roundTripsMs.push(performance.now() - startedMs)
  }
  close()
  return roundTripsMs.sort((a, b) => a - b)[count >> 1] ?? Number.NaN
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((resolve) => target.addEventListener(type, () => resolve(), { once: true }))
}

globalThis.contestant = {
  ready: Promise.resolve(),
  offer,
  fetch: fetchContent,
  forget() {
    for (const each of open) each.close()
    open.clear()
    return Promise.resolve()
  },
}

globalThis.rawProbe = { ping }
