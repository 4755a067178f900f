import { afterEach, describe, expect, it } from 'vitest'
import { FORWARD, FORWARDED, LEAD, PortForwarder } from './port-forwarder.ts'
import { ServiceWorkerBroker, SharedWorkerBroker } from './browser-broker.ts'
import { Switchboard } from './switchboard.ts'

const ports: MessagePort[] = []
afterEach(() => ports.splice(0).forEach((port) => port.close()))

function channel(): MessageChannel {
  const made = new MessageChannel()
  ports.push(made.port1, made.port2)
  return made
}

/** What comes out of a leader’s end, one after another. */
function served(end: MessagePort): { next: () => Promise<MessagePort> } {
  const waiting: ((port: MessagePort) => void)[] = []
  const here: MessagePort[] = []
  end.addEventListener('message', ({ data }: MessageEvent<{ port: MessagePort }>) => {
    ports.push(data.port)
    const next = waiting.shift()
    if (next === undefined) here.push(data.port)
    else next(data.port)
  })
  end.start()
  const next = async (): Promise<MessagePort> => here.shift() ?? new Promise((resolve) => waiting.push(resolve))
  return { next }
}

/** Says something at one end of a channel and resolves with what is heard at a port. */
async function heard(from: MessagePort, at: MessagePort): Promise<unknown> {
  const message = new Promise<unknown>((resolve) => {
    at.addEventListener('message', ({ data }) => resolve(data))
    at.start()
  })
  from.postMessage('hello')
  return message
}

describe('the switchboard between tabs', () => {
  function tabOf(switchboard: Switchboard): SharedWorkerBroker {
    return new SharedWorkerBroker(() => {
      const { port1, port2 } = channel()
      switchboard.connect(port2)
      return port1
    })
  }

  it('passes ports on to the one that leads, also those that came before it did', async () => {
    const switchboard = new Switchboard()
    const [follower, leader] = [tabOf(switchboard), tabOf(switchboard)]
    const [early, lead, late] = [channel(), channel(), channel()]
    follower.send(early.port2)
    leader.lead(lead.port2)
    const out = served(lead.port1)
    expect(await heard(early.port1, await out.next())).toBe('hello')
    follower.send(late.port2)
    expect(await heard(late.port1, await out.next())).toBe('hello')
  })

  it('passes ports on to the newest leader', async () => {
    const switchboard = new Switchboard()
    const [tab, old, next] = [tabOf(switchboard), tabOf(switchboard), tabOf(switchboard)]
    const [first, second, port] = [channel(), channel(), channel()]
    old.lead(first.port2)
    const closed = new Promise((resolve) => first.port1.addEventListener('close', resolve))
    first.port1.start()
    next.lead(second.port2)
    await closed
    tab.send(port.port2)
    expect(await heard(port.port1, await served(second.port1).next())).toBe('hello')
  })

  it('is found anew by a tab that connects again', async () => {
    const [before, after] = [new Switchboard(), new Switchboard()]
    let current = before
    const broker = new SharedWorkerBroker(() => {
      const { port1, port2 } = channel()
      current.connect(port2)
      return port1
    })
    const [lost, lead, port] = [channel(), channel(), channel()]
    broker.send(lost.port2)
    current = after
    broker.reopen()
    tabOf(after).lead(lead.port2)
    broker.send(port.port2)
    expect(await heard(port.port1, await served(lead.port1).next())).toBe('hello')
  })
})

describe('ports through a service worker', () => {
  it('go to the tab that said that it leads, and are closed where there is none', async () => {
    const sent: unknown[] = []
    const arrived = Promise.withResolvers<void>()
    const tab = {
      postMessage: (message: unknown) => {
        sent.push(message)
        arrived.resolve()
      },
    }
    const forwarder = new PortForwarder({ clients: { get: async (id) => (id === 'a' ? tab : undefined) } })
    const [lost, port] = [channel(), channel()]
    const closed = new Promise((resolve) => lost.port1.addEventListener('close', resolve))
    lost.port1.start()
    expect(forwarder.receive({ data: { type: FORWARD, port: lost.port2 }, source: { id: 'b' } })).toBe(true)
    await closed
    expect(forwarder.receive({ data: { type: LEAD }, source: { id: 'a' } })).toBe(true)
    expect(forwarder.receive({ data: { type: FORWARD, port: port.port2 }, source: { id: 'b' } })).toBe(true)
    await arrived.promise
    expect(sent).toMatchObject([{ type: FORWARDED }])
  })

  it('leaves other messages to others', () => {
    const forwarder = new PortForwarder({ clients: { get: async () => undefined } })
    for (const data of [undefined, 'text', {}, { type: 'quire-update' }, { type: FORWARD }]) {
      expect(forwarder.receive({ data, source: null })).toBe(false)
    }
  })

  it('come out at the end that the leading tab gave to its broker', async () => {
    const posted: unknown[] = []
    const container = new EventTarget()
    const active = { postMessage: (message: unknown) => posted.push(message) }
    const serviceWorker = Object.assign(container, { ready: Promise.resolve({ active }) })
    const broker = new ServiceWorkerBroker({ serviceWorker } as never)
    const [lead, port] = [channel(), channel()]
    broker.lead(lead.port2)
    const out = served(lead.port1)
    container.dispatchEvent(new MessageEvent('message', { data: { type: FORWARDED, port: port.port2 } }))
    expect(await heard(port.port1, await out.next())).toBe('hello')
    expect(posted).toEqual([{ type: LEAD }])
    broker.close()
  })
})
