import { describe, expect, it } from 'vitest'
import { FakeDataChannel } from '../testing/fake-data-channel.ts'
import { StubDataChannel } from './stub-data-channel.ts'

function recordEvents(channel: EventTarget): string[] {
  const types: string[] = []
  for (const type of ['open', 'message', 'bufferedamountlow', 'closing', 'close', 'error']) {
    channel.addEventListener(type, () => types.push(type))
  }
  return types
}

describe('a stub data channel', () => {
  it('is connecting with a provisional id until it is bound', () => {
    const stub = new StubDataChannel('chat', { protocol: 'p', ordered: false }, 7)

    expect([stub.readyState, stub.id, stub.bufferedAmount]).toEqual(['connecting', 65_543, 0])
    expect([stub.label, stub.protocol, stub.ordered]).toEqual(['chat', 'p', false])
    expect(() => stub.send('early')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  })

  it('passes on what was set before, and every event and byte after', () => {
    const stub = new StubDataChannel('chat', {}, 1)
    const types = recordEvents(stub)
    const received: unknown[] = []
    stub.onmessage = ({ data }) => received.push(data)
    stub.bufferedAmountLowThreshold = 5
    const real = new FakeDataChannel('chat')

    stub.bind(real)
    real.open()
    stub.send('out')
    real.deliver('in')
    real.endWith('closing', 'close')

    expect([real.binaryType, real.bufferedAmountLowThreshold]).toEqual(['arraybuffer', 5])
    expect(types).toEqual(['open', 'message', 'closing', 'close'])
    expect(received).toEqual(['in'])
    expect(real.sent).toEqual(['out'])
    expect([stub.readyState, stub.id]).toEqual(['closed', 1])
  })

  it('tells that a buffer is low before it is empty, where only empty was asked for', () => {
    const stub = new StubDataChannel('chat', {}, 1)
    const real = new FakeDataChannel('chat')
    stub.bind(real)
    expect([stub.bufferedAmountLowThreshold, real.bufferedAmountLowThreshold]).toEqual([0, 131_072])

    stub.bufferedAmountLowThreshold = 9
    expect(real.bufferedAmountLowThreshold).toBe(9)
    stub.bufferedAmountLowThreshold = 0
    expect(real.bufferedAmountLowThreshold).toBe(131_072)
  })

  it('closes the real channel at once where it was closed before', () => {
    const stub = new StubDataChannel('chat', {}, 1)
    const real = new FakeDataChannel('chat')

    stub.close()
    expect(stub.readyState).toBe('closing')
    stub.bind(real)

    expect([real.readyState, stub.readyState]).toEqual(['closed', 'closed'])
  })

  it('keeps the init channel open until it is closed here, then says closed', async () => {
    const stub = new StubDataChannel('init', {}, 1)
    const types = recordEvents(stub)
    const real = new FakeDataChannel('init')
    stub.bind(real)
    stub.connected()

    real.endWith('closing', 'close')
    expect([stub.readyState, ...types]).toEqual(['open', 'open'])

    const closed = new Promise((resolve) => stub.addEventListener('close', resolve))
    stub.close()
    await closed
    expect([stub.readyState, ...types]).toEqual(['closed', 'open', 'close'])
  })

  it('fails as an init channel where its connection comes to nothing, and never looks open', () => {
    const stub = new StubDataChannel('init', {}, 1)
    const types = recordEvents(stub)
    const real = new FakeDataChannel('init')
    stub.bind(real)

    real.endWith('closing', 'close')
    expect([stub.readyState, ...types]).toEqual(['closed'])

    stub.fail(new Error('no way was found'))
    expect([stub.readyState, ...types]).toEqual(['closed', 'error', 'close'])
  })

  it('fails with an error and a close where its connection ends first', () => {
    const stub = new StubDataChannel('chat', {}, 1)
    const types = recordEvents(stub)

    stub.fail(new Error('gone'))

    expect([stub.readyState, ...types]).toEqual(['closed', 'error', 'close'])
  })

  it('closes a channel that comes after it has failed', () => {
    const stub = new StubDataChannel('chat', {}, 1)
    const real = new FakeDataChannel('chat')
    stub.fail(null)

    stub.bind(real)

    expect(real.readyState).toBe('closed')
  })
})
