import { describe, expect, it } from 'vitest'
import { CONTROL, encodeFrame, type Frame } from '../codec/frame.ts'
import { FrameStream } from './frame-stream.ts'
import { MAX_QUEUED_FRAMES, SEND_TIMEOUT_MS } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryStream } from './testing/memory-stream.ts'

const FRAME = encodeFrame(CONTROL, new Uint8Array(1000))

function open(unsentBytes?: () => number | undefined) {
  const clock = new ManualClock()
  const [ours, theirs] = MemoryStream.pair('/test/1.0.0')
  const frames: Frame[] = []
  const ends: (Error | undefined)[] = []
  let received = 0
  theirs.addEventListener('message', ({ data }) => (received += data.byteLength))
  const stream = new FrameStream(
    { stream: ours, clock, ...(unsentBytes && { unsentBytes }) },
    { onFrame: (frame) => frames.push(frame), onBytes: () => undefined, onEnd: (error) => ends.push(error) },
    { maxBufferedBytes: 100_000 },
  )
  stream.start()
  return { clock, ours, theirs, stream, frames, ends, receivedBytes: () => received }
}

describe('writing frames', () => {
  it('waits each time that the stream is full, also the second time', async () => {
    const { ours, stream, receivedBytes } = open()
    for (let round = 1; round <= 3; round++) {
      ours.isStalled = true
      let isSent = false
      let fullCount = 0
      const sending = stream.send(FRAME, () => (fullCount += 1)).then(() => (isSent = true))
      await new Promise((resolve) => setImmediate(resolve))
      expect({ isSent, fullCount }).toEqual({ isSent: false, fullCount: 1 })
      ours.isStalled = false
      ours.onMuxerDrain()
      await sending
      await expect.poll(receivedBytes).toBe(round * FRAME.byteLength)
    }
  })

  it('gives a stream up that does not drain for half a minute', async () => {
    const { clock, ours, stream, ends } = open()
    ours.isStalled = true
    const outcome = Promise.allSettled([stream.send(FRAME)])

    await clock.advance(30_000)

    expect(await outcome).toMatchObject([{ reason: { code: 'ERR_PEER_TIMEOUT' } }])
    expect(ours.status).toBe('aborted')
    expect(ends).toMatchObject([{ code: 'ERR_PEER_TIMEOUT' }])
  })

  it('gives a stream up that its peer closed for writing and does not read', async () => {
    const { clock, ours, theirs, stream, ends } = open()
    ours.isStalled = true
    const outcome = Promise.allSettled([stream.send(FRAME)])
    await theirs.close()
    await expect.poll(() => ends).toEqual([undefined])
    await clock.advance(SEND_TIMEOUT_MS - 1)
    expect(ours.status).toBe('open')

    await clock.advance(1)

    expect(await outcome).toMatchObject([{ status: 'rejected' }])
    expect(ours.status).toBe('aborted')
    expect(clock.timerCount).toBe(0)
  })

  it('takes no more frames than may wait', async () => {
    const { ours, stream } = open()
    ours.isStalled = true
    const sendings = Array.from({ length: MAX_QUEUED_FRAMES + 1 }, () => stream.send(FRAME))

    await expect(sendings.at(-1)).rejects.toMatchObject({ code: 'ERR_PEER_TIMEOUT' })
    const first = Promise.allSettled(sendings)
    stream.abort(new Error('enough'))
    expect((await first).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('knows what of each frame has not left, from what the transport still holds', async () => {
    let unsentBytes: number | undefined = 2 * FRAME.byteLength
    const { stream } = open(() => unsentBytes)
    const marks = [await stream.send(FRAME), await stream.send(FRAME)]
    const unsent = (): number[] => marks.map((mark) => stream.unsentBytes(mark))

    expect(unsent()).toEqual([FRAME.byteLength, 2 * FRAME.byteLength])
    unsentBytes = FRAME.byteLength + 1
    expect(unsent()).toEqual([1, FRAME.byteLength + 1])
    unsentBytes = 1
    expect(unsent()).toEqual([0, 1])
    unsentBytes = 0
    expect(unsent()).toEqual([0, 0])
  })

  it('takes a frame for sent where the transport does not say, and where the stream ended', async () => {
    const silent = open()
    expect(silent.stream.unsentBytes(await silent.stream.send(FRAME))).toBe(0)
    const ended = open(() => FRAME.byteLength)
    const mark = await ended.stream.send(FRAME)
    ended.stream.abort(new Error('over'))
    expect(ended.stream.unsentBytes(mark)).toBe(0)
  })

  it('fails once the stream has ended', async () => {
    const { stream } = open()
    stream.abort(new Error('over'))
    await expect(stream.send(FRAME)).rejects.toMatchObject({ code: 'ERR_PEER_NOT_CONNECTED' })
  })
})

describe('reading frames', () => {
  it('gives out frames in order, however they were cut', async () => {
    const { theirs, frames } = open()
    const payloads = [1, 2, 3].map((fill) => new Uint8Array(30_000).fill(fill))
    for (const payload of payloads) theirs.send(encodeFrame(CONTROL, payload))

    await expect.poll(() => frames.map((frame) => frame.payload[0])).toEqual([1, 2, 3])
  })

  it('ends in order when the peer closes', async () => {
    const { theirs, ours, ends } = open()
    await theirs.close()

    await expect.poll(() => ends).toEqual([undefined])
    await expect.poll(() => ours.status).toBe('closed')
  })

  it('ends with an error when the peer resets', async () => {
    const { theirs, ends } = open()
    theirs.abort(new Error('gone'))

    await expect.poll(() => ends).toHaveLength(1)
    expect(ends[0]).toBeInstanceOf(Error)
  })

  it('says once that it ended, and reads nothing more', async () => {
    const { theirs, stream, frames, ends } = open()
    stream.abort(new Error('enough'))
    theirs.send(FRAME)
    await new Promise((resolve) => setImmediate(resolve))

    expect(frames).toEqual([])
    expect(ends).toMatchObject([{ message: 'enough' }])
  })
})
