import { expect, it } from 'vitest'
import { MemoryStream } from '../exchange/testing/memory-stream.ts'
import { unsentBytesOf } from './unsent-bytes.ts'

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
