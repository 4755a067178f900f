import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectNode, type NodeClient } from '../rpc/client.ts'
import { serveWebRtc } from '../webrtc/page.ts'
import { home } from './testing/quire-of-examples.ts'

const EXAMPLES = import.meta.glob<unknown>('../../examples/sdk/*.ts')
/** Two nodes of theirs meet by dialling, which e2e/library.spec.ts does from a page; or they are of Node alone. */
const OF_NODE = ['communities', 'fetch', 'info', 'life', 'peers']

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)
const own = Object.keys(EXAMPLES).filter((path) => !OF_NODE.includes(nameOf(path)))
/** With one node for all of them, owner and member of a community need not meet. */
const attached = [...own, '../../examples/sdk/communities.ts']

/** Resolves when all that an example checks holds. */
async function run(path: string): Promise<boolean> {
  // Once in each home.
  vi.resetModules()
  await EXAMPLES[path]?.()
  return true
}

describe('the examples of the library, in a browser', () => {
  beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined))
  afterAll(() => vi.restoreAllMocks())

  describe('with a worker of their own', () => {
    // Nothing listens in a browser.
    beforeAll(() => void (home.options = { keepers: [], storage: 'memory', logLevel: 'error', listen: undefined }))

    it.each(own)('%s runs', async (path) => {
      expect(await run(path)).toBe(true)
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
      expect(await run(path)).toBe(true)
    })
  })
})
