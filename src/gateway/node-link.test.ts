import { afterEach, describe, expect, it } from 'vitest'
import { serveNode } from '../rpc/serve-node.ts'
import { ServedNodeDouble } from '../rpc/testing/served-node-double.ts'
import { NODE_PORT, NodeLink, type NodeLinkInit, type PageClient } from './node-link.ts'

const QUICK: NodeLinkInit = { findMs: 1500, pings: { pingIntervalMs: 20, maxMissedPings: 3 } }

/** A page that passes the port on, as one does, closes it (its node does not run yet), or is frozen. */
class Page implements PageClient {
  readonly id: string
  does: 'serves' | 'closes' | 'nothing'
  readonly messages: unknown[] = []
  readonly #stops: (() => void)[] = []

  constructor(id: string, does: Page['does']) {
    this.id = id
    this.does = does
  }

  get asked(): number {
    return this.messages.length
  }

  postMessage(message: unknown, [port]: Transferable[]): void {
    this.messages.push(message)
    if (!(port instanceof MessagePort)) throw new TypeError('no port')
    if (this.does === 'serves') this.#stops.push(serveNode(new ServedNodeDouble(), port))
    else if (this.does === 'closes') port.close()
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }
}

describe('the way of the service worker to the node', () => {
  const all: Page[] = []
  const pageThat = (does: Page['does']): Page => {
    const page = new Page(`page-${all.length}`, does)
    all.push(page)
    return page
  }
  afterEach(() => {
    for (const page of all.splice(0)) page.close()
  })

  it('leads through the page in front, and asks no other', async () => {
    const pages = [pageThat('serves'), pageThat('serves')]
    const link = new NodeLink({ pages: async () => pages }, QUICK)

    const node = await link.reach()

    expect(await node.about()).toHaveProperty('version')
    expect(pages.map(({ messages }) => messages)).toEqual([[{ type: NODE_PORT }], []])
  })

  it('is looked for once, however many ask at a time', async () => {
    const page = pageThat('serves')
    const link = new NodeLink({ pages: async () => [page] }, QUICK)

    const nodes = await Promise.all([link.reach(), link.reach(), link.reach()])

    expect(new Set(nodes).size).toBe(1)
    expect(await link.reach()).toBe(nodes[0])
    expect(page.asked).toBe(1)
  })

  it('leads through another page where one is mute', async () => {
    const pages = [pageThat('nothing'), pageThat('serves')]

    await new NodeLink({ pages: async () => pages }, QUICK).reach()

    expect(pages[1]?.asked).toBe(1)
  })

  it('asks a page again that came too early', async () => {
    const page = pageThat('closes')
    const link = new NodeLink({ pages: async () => [page] }, QUICK)
    const reached = link.reach()
    await expect.poll(() => page.asked).toBe(1)

    page.does = 'serves'
    await reached

    expect(page.asked).toBe(2)
  })

  it('is another one once the node is gone', async () => {
    const [first, second] = [pageThat('serves'), pageThat('serves')]
    let open = [first]
    const link = new NodeLink({ pages: async () => open }, QUICK)
    const before = await link.reach()

    open = [second]
    first.close()
    const reason = await before.closed
    const after = await link.reach()

    expect(['ERR_NODE_MOVED', 'ERR_WORKER_DIED']).toContain(reason.code)
    expect(after).not.toBe(before)
    expect(second.asked).toBe(1)
  })

  it('is refused at once where no page is open, and after a while where none answers', async () => {
    const none = new NodeLink({ pages: async () => [] }, QUICK)
    const mute = new NodeLink({ pages: async () => [pageThat('nothing')] }, { ...QUICK, findMs: 300 })

    await expect(none.reach()).rejects.toMatchObject({ code: 'ERR_NODE_UNREACHABLE', details: { openPages: 0 } })
    await expect(mute.reach()).rejects.toMatchObject({ code: 'ERR_NODE_UNREACHABLE', details: { openPages: 1 } })
  })

  it('lets one go who waits, and goes on for the others', async () => {
    const page = pageThat('closes')
    const link = new NodeLink({ pages: async () => [page] }, QUICK)
    const leaving = new AbortController()
    const [one, other] = [link.reach({ signal: leaving.signal }), link.reach()]

    leaving.abort(new Error('enough'))
    page.does = 'serves'

    await expect(one).rejects.toThrow('enough')
    await expect(other).resolves.toBeDefined()
  })
})
