import { describe, expect, it } from 'vitest'
import { HostLink } from './host-link.ts'
import { meetHost } from './meet-host.ts'
import type { HelloMessage } from './protocol.ts'

const NONCE = '0123456789abcdef'.repeat(2)
const CHALLENGE = 'fedcba9876543210'.repeat(2)
const HOST = 'https://blog.example'
const HELLO: HelloMessage = {
  type: 'quire-widget-hello',
  versions: [1],
  nonce: NONCE,
  challenge: CHALLENGE,
  theme: 'dark',
  locale: 'de-CH',
}

/** The window of a widget, with the one around it. */
class FakeWindow extends EventTarget {
  readonly told: unknown[] = []
  readonly parent = { postMessage: (message: unknown) => void this.told.push(message) }

  /** Resolves with what is answered on the port. */
  hello(data: unknown, { origin = HOST, source = this.parent, ports = 1 } = {}): Promise<unknown> {
    const channels = Array.from({ length: ports }, () => new MessageChannel())
    const event = new Event('message')
    Object.assign(event, { data, origin, source, ports: channels.map(({ port2 }) => port2) })
    const [channel] = channels
    const answer = new Promise((resolve) => {
      channel?.port1.addEventListener('message', (message: MessageEvent<unknown>) => resolve(message.data))
      channel?.port1.start()
    })
    this.dispatchEvent(event)
    return answer
  }
}

function meet(window: FakeWindow, timeoutMs?: number) {
  return meetHost(window, { nonce: NONCE, challenge: CHALLENGE, timeoutMs })
}

describe('the handshake with a host page', () => {
  it('greets the window around with its versions and a challenge, and takes the answer', async () => {
    const window = new FakeWindow()
    const meeting = meet(window)
    expect(window.told).toEqual([{ type: 'quire-widget-ready', versions: [1], challenge: CHALLENGE }])

    void window.hello({ ...HELLO, versions: [7, 1] })

    const { link, version, appearance } = await meeting
    expect([link.origin, version, appearance]).toEqual([HOST, 1, { theme: 'dark', locale: 'de-CH' }])
    link.close()
  })

  it('believes the browser, and not the message, about who speaks', async () => {
    const window = new FakeWindow()
    const meeting = meet(window)
    void window.hello({ ...HELLO, origin: 'https://bank.example' }, { origin: 'https://other.example' })
    const { link } = await meeting
    expect(link.origin).toBe('https://other.example')
    link.close()
  })

  it.each([
    ['another nonce', { ...HELLO, nonce: 'a'.repeat(32) }, 'nonce'],
    ['another challenge', { ...HELLO, challenge: 'a'.repeat(32) }, 'nonce'],
    ['no version in common', { ...HELLO, versions: [2, 3] }, 'version'],
    ['versions without an end', { ...HELLO, versions: Array.from({ length: 17 }, () => 1) }, 'malformed'],
    ['versions that are none', { ...HELLO, versions: ['1'] }, 'malformed'],
    ['a nonce that is none', { ...HELLO, nonce: 7 }, 'malformed'],
    ['a nonce without an end', { ...HELLO, nonce: NONCE.repeat(1000) }, 'malformed'],
  ])('refuses a hello with %s, and takes the right one after it', async (_what, hello, reason) => {
    const window = new FakeWindow()
    const meeting = meet(window)
    expect(await window.hello(hello)).toEqual({ type: 'refused', reason })
    void window.hello(HELLO)
    ;(await meeting).link.close()
  })

  it('refuses a window that is not the one around, whatever it knows', async () => {
    const window = new FakeWindow()
    const meeting = meet(window)
    expect(await window.hello(HELLO, { source: { postMessage: () => undefined } })).toEqual({
      type: 'refused',
      reason: 'origin',
    })
    void window.hello(HELLO)
    ;(await meeting).link.close()
  })

  it('refuses more ports than one', async () => {
    const window = new FakeWindow()
    const meeting = meet(window)
    expect(await window.hello(HELLO, { ports: 2 })).toEqual({ type: 'refused', reason: 'malformed' })
    void window.hello(HELLO)
    ;(await meeting).link.close()
  })

  it('says what was wrong where nobody says a hello that counts', async () => {
    const window = new FakeWindow()
    const meeting = meet(window, 40)
    void window.hello({ ...HELLO, versions: [2] })
    await expect(meeting).rejects.toMatchObject({ code: 'ERR_WIDGET_NO_HOST', details: { refused: 'version' } })
    await expect(meet(new FakeWindow(), 1)).rejects.toMatchObject({ code: 'ERR_WIDGET_NO_HOST', details: {} })
  })
})

describe('the port to a host page', () => {
  it('drops what is no message of the protocol, and what comes too fast', async () => {
    const { port1, port2 } = new MessageChannel()
    let nowMs = 0
    const heard: unknown[] = []
    const link = new HostLink(port2, { origin: HOST, now: () => nowMs })
    link.onMessage((message) => heard.push(message))
    const send = (messages: readonly unknown[]): Promise<void> =>
      new Promise((resolve) => {
        let left = messages.length
        const count = (): void => {
          if (--left > 0) return
          port2.removeEventListener('message', count)
          resolve()
        }
        port2.addEventListener('message', count)
        for (const message of messages) port1.postMessage(message)
      })
    const dark = { type: 'appearance', theme: 'dark' }

    await send([{ type: 'delete-everything' }, { type: 'show', view: { kind: 'file', cid: '../../etc' } }])
    expect(heard).toEqual([])
    await send(Array.from({ length: 500 }, () => dark))
    expect(heard).toEqual(Array.from({ length: 38 }, () => dark))
    nowMs = 1_000
    await send([dark])
    expect(heard.length).toBe(39)

    link.close()
    port1.close()
  })
})
