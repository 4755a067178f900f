import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { Election } from './election.ts'
import { roleOf, Tabs } from './testing/tabs.ts'

describe('the one node of an origin', () => {
  let tabs: Tabs
  beforeEach(() => {
    tabs = new Tabs()
  })
  afterEach(() => tabs.closeAll())

  it('runs in the first tab; the second is its heir, all others follow, and all reach it', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    const third = await tabs.opened('follower')
    const ids = await Promise.all([first, second, third].map((tab) => tab.answeredBy()))
    expect(new Set(ids).size).toBe(1)
    expect(tabs.runners).toEqual([ids[0]])
  })

  it('moves to the heir when its tab is closed, calls in the middle go on, and another tab is heir', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    const third = await tabs.opened('follower')
    const api = await third.node.open()
    const before = await third.answeredBy()
    const fetching = api.fetch('x')
    await tabs.close(first)
    const after = (await fetching).name
    expect(after).not.toBe(before)
    await roleOf(second, 'leader')
    await roleOf(third, 'heir')
    expect(await second.answeredBy()).toBe(after)
    expect(tabs.runners).toEqual([before, after])
  })

  it('goes on with content at the byte that it had reached', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    const content = (await (await second.node.open()).stream('x')).getReader()
    const bytes: number[] = []
    for (let read = await content.read(); !read.done; read = await content.read()) {
      bytes.push(...read.value)
      if (bytes.length === 20) await tabs.close(first)
    }
    expect(bytes).toEqual(Array.from({ length: 60 }, (_, i) => i))
  })

  it('leaves a tab that the browser freezes, which follows when it thaws', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    first.freeze()
    await roleOf(second, 'leader')
    first.thaw()
    await roleOf(first, 'heir')
    expect(await first.answeredBy()).toBe(await second.answeredBy())
  })

  it('is taken from a heir that freezes before it is one', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    const third = await tabs.opened('follower')
    second.freeze()
    await roleOf(third, 'heir')
    await tabs.close(first)
    await roleOf(third, 'leader')
    expect(second.node.role).toBe('starting')
  })

  it('is taken from a tab that holds it and answers nobody', async () => {
    const mute = Promise.withResolvers<void>()
    const stolen = navigator.locks.request(tabs.name, () => mute.promise).catch((error: unknown) => error)
    const tab = tabs.open()
    await roleOf(tab, 'leader')
    expect(await stolen).toMatchObject({ name: 'AbortError' })
    expect(tabs.runners).toEqual([await tab.answeredBy()])
    mute.resolve()
  })

  it('is not taken from a tab whose node only takes long to start', async () => {
    const starting = Promise.withResolvers<void>()
    const channel = new BroadcastChannel(tabs.name)
    const askedOften = Promise.withResolvers<void>()
    let questions = 0
    channel.addEventListener('message', () => {
      channel.postMessage({ type: 'starting', leader: 'slow' })
      if (++questions === 6) askedOften.resolve()
    })
    const held = navigator.locks.request(tabs.name, () => starting.promise)
    const tab = tabs.open()
    await askedOften.promise
    expect(tab.node.role).not.toBe('leader')
    channel.close()
    starting.resolve()
    await held
    await roleOf(tab, 'leader')
  })

  it('passes by an heir that is as mute as the one that it was to follow', async () => {
    const mute = Promise.withResolvers<void>()
    const stolen = navigator.locks.request(`${tabs.name}-heir`, () => mute.promise).catch((error: unknown) => error)
    const led = Promise.withResolvers<void>()
    const election = new Election(
      {
        createWorker: () => new Worker(new URL('./testing/tab.worker.ts', import.meta.url), { type: 'module' }),
        serveWebRtc: () => ({ stop: () => undefined }),
        locks: navigator.locks,
        onRole: () => undefined,
        onElected: () => undefined,
        onLeading: () => led.resolve(),
        onFailed: led.reject,
      },
      { name: tabs.name },
    )
    election.start()
    election.replaceMuteHeir(1)
    await expect.poll(async () => (await navigator.locks.query()).pending?.length).toBe(1)
    election.replaceMuteHeir(100)
    await led.promise
    expect(await stolen).toMatchObject({ name: 'AbortError' })
    election.stop(new QuireError('ERR_NODE_STOPPED', 'The test is over.'))
    mute.resolve()
  })

  it('serves a port that a page hands over, whichever tab that is', async () => {
    const first = await tabs.opened('leader')
    const second = await tabs.opened('heir')
    const { NodeClient } = await import('../rpc/client.ts')
    const ids = await Promise.all(
      [first, second].map(async (tab) => {
        const { port1, port2 } = new MessageChannel()
        const client = new NodeClient(port1)
        tab.node.servePort(port2)
        const { peerId } = await client.status()
        client.close()
        return peerId
      }),
    )
    expect(new Set(ids).size).toBe(1)
  })

  it('says why a page cannot have it, and rejects what is asked of it later', async () => {
    const tab = tabs.open()
    await tab.node.open()
    await tab.node.close()
    await expect(tab.node.open()).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('is run by one tab at a time while ten tabs open and close at random', async () => {
    const until = performance.now() + 12_000
    const survivor = tabs.open()
    const api = await survivor.node.open()
    let answers = 0
    let seed = 1
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    while (performance.now() < until) {
      const others = tabs.list.filter((tab) => tab !== survivor)
      // The one that leads goes more often than others: what follows is what is tested.
      const leader = others.find(({ node }) => node.role === 'leader')
      const victim = random() < 0.3 ? (leader ?? others[0]) : others[Math.floor(random() * others.length)]
      if (others.length < 9 && (victim === undefined || random() < 0.6)) tabs.open()
      else if (victim !== undefined) await tabs.close(victim)
      if (survivor.node.role === 'leader' && random() < 0.3) {
        survivor.freeze()
        survivor.thaw()
      }
      await api.status()
      answers++
      await new Promise((resolve) => setTimeout(resolve, 500 * random()))
    }
    expect(answers).toBeGreaterThan(10)
    expect(tabs.runners.length).toBeGreaterThan(3)
    // Each worker’s time is one: none came back after another had run.
    expect(new Set(tabs.runners).size).toBe(tabs.runners.length)
  })
})
