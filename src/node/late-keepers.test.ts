import { describe, expect, it } from 'vitest'
import { LateKeepers } from './late-keepers.ts'
import type { NodeConfig } from './node-config.ts'

const KEEPER = '/ip4/127.0.0.1/tcp/9410/ws/p2p/16Uiu2HAm1'
const LIST: NodeConfig = { keepers: [KEEPER], stunServers: [], turnServers: [] }
const QUICK = { backoff: { firstMs: 1, maxMs: 1 } }

/** A server that gives these answers one after the other; the last one for ever. */
function listOf(...answers: (NodeConfig | undefined | Error)[]) {
  const added: string[] = []
  const logged: string[] = []
  let reads = 0
  const keepers = new LateKeepers(
    {
      read: async () => {
        const answer = answers[Math.min(reads++, answers.length - 1)]
        if (answer instanceof Error) throw answer
        return answer
      },
      addKeepers: (addresses) => void added.push(...addresses),
      log: (_level, event) => void logged.push(event),
    },
    QUICK,
  )
  return { keepers, added, logged, reads: () => reads }
}

describe('LateKeepers', () => {
  it('goes on until the server answers, and then takes its keepers', async () => {
    const down = new TypeError('Failed to fetch')
    const { keepers, added, logged, reads } = listOf(down, down, LIST)
    await keepers.follow()
    expect(added).toEqual([KEEPER])
    expect(reads()).toBe(3)
    expect(logged).toHaveLength(2)
  })

  it('ends where the server has no list', async () => {
    const { keepers, added, reads } = listOf(undefined)
    await keepers.follow()
    expect([added, reads()]).toEqual([[], 1])
  })

  it('reads at once when asked, also after an answer, and fails with nothing', async () => {
    const { keepers, added, logged } = listOf(LIST, new TypeError('Failed to fetch'))
    await keepers.read()
    await keepers.read()
    expect(added).toEqual([KEEPER])
    expect(logged).toHaveLength(1)
  })

  it('ends with the node', async () => {
    const { keepers, reads } = listOf(new TypeError('Failed to fetch'))
    keepers.stop()
    await keepers.follow()
    await keepers.read()
    expect(reads()).toBe(0)
  })
})
