import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectNode, type NodeClient } from '../rpc/client.ts'
import { serveWebRtc } from '../webrtc/page.ts'
import { home } from './testing/quire-of-examples.ts'

// A module runs once for each address.
const IN_WORKER = import.meta.glob<unknown>('../../examples/sdk/*.ts', { query: '?in-worker' })
const ATTACHED = import.meta.glob<unknown>('../../examples/sdk/*.ts', { query: '?attached' })
/** Two nodes of theirs meet by dialling, which e2e/library.spec.ts does from a page; or they are of Node alone. */
const OF_NODE = ['communities', 'fetch', 'info', 'life', 'peers']

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)
const own = Object.keys(IN_WORKER).filter((path) => !OF_NODE.includes(nameOf(path)))
/** With one node for all of them, owner and member of a community need not meet. */
const attached = [...own, '../../examples/sdk/communities.ts']

/** Runs an example, which checks its own results; resolves with how many nodes it made. */
async function run(example: (() => Promise<unknown>) | undefined): Promise<number> {
  const before = home.created
  await example?.()
  return home.created - before
}

describe('the examples of the library, in a browser', () => {
  beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined))
  afterAll(() => vi.restoreAllMocks())

  describe('with a worker of their own', () => {
    // Nothing listens in a browser.
    beforeAll(() => void (home.options = { keepers: [], storage: 'memory', logLevel: 'error', listen: undefined }))

    it.each(own)('%s runs', async (path) => {
      expect(await run(IN_WORKER[path])).toBeGreaterThan(0)
    })
  })

  describe('attached to the node of the page', () => {
    let worker: Worker
    let node: NodeClient

    beforeAll(async () => {
      worker = new Worker(new URL('../../workers/node.worker.ts', import.meta.url), { type: 'module' })
      node = await connectNode(worker, { isInMemory: true, onWebRtcPort: serveWebRtc })
      home.options = { node, listen: undefined }
    })
    afterEach(async () => {
      for (const { cid } of await node.list()) await node.delete(cid)
    })
    afterAll(() => {
      node.close()
      worker.terminate()
    })

    it.each(attached)('%s runs', async (path) => {
      expect(await run(ATTACHED[path])).toBeGreaterThan(0)
    })
  })
})
