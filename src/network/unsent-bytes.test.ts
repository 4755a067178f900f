import { defaultLogger } from '@libp2p/logger'
import { expect, it } from 'vitest'
// Not exported by the package: the test is there to fail on the day that an update keeps the channel elsewhere.
import { createStream } from '../../node_modules/@libp2p/webrtc/dist/src/stream.js'
import { MemoryStream } from '../exchange/testing/memory-stream.ts'
import { unsentBytesOf } from './unsent-bytes.ts'

it('a stream of the WebRTC transport says what its data channel holds', () => {
  const channel = Object.assign(new EventTarget(), { bufferedAmount: 700, readyState: 'open', label: '', id: 1 })
  const log = defaultLogger().forComponent('test')
  const stream = createStream({
    channel: channel as unknown as RTCDataChannel,
    direction: 'outbound',
    log,
    isHandshake: true,
  })
  expect(unsentBytesOf(stream)).toBe(700)
})

it('what a stream has not sent is what its data channel still holds', () => {
  const [stream] = MemoryStream.pair('/test/1.0.0')
  const channel = { bufferedAmount: 3000 }
  const counting = Object.assign(stream, { channel })
  expect(unsentBytesOf(counting)).toBe(3000)
  channel.bufferedAmount = 0
  expect(unsentBytesOf(counting)).toBe(0)
})

it('a stream without a data channel does not say what it has not sent', () => {
  const [stream] = MemoryStream.pair('/test/1.0.0')
  expect(unsentBytesOf(stream)).toBeUndefined()
  expect(unsentBytesOf(Object.assign(stream, { channel: {} }))).toBeUndefined()
})
