import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { partsOf, runSwarms, scenariosOf } from '../../e2e/swarm/command.ts'
import { idealOf } from '../../e2e/swarm/ideal.ts'
import { USUAL_SCENARIO } from '../../e2e/swarm/scenario.ts'
import { simulate } from '../../e2e/swarm/simulate.ts'

const SMALL = { ...USUAL_SCENARIO, nodes: 6, blocks: 32, blockBytes: 4096, loss: 0.01 }

/** A crowd of eight around one seeder. */
const EIGHT = { ...USUAL_SCENARIO, nodes: 8 }

it('a simulated swarm of eight is whole near the ideal, fetches next to nothing twice, and says little', async () => {
  const { doneCount, ratio, duplicates, presence } = await simulate(EIGHT)
  expect(doneCount).toBe(8)
  expect(ratio).toBeGreaterThanOrEqual(1)
  expect(ratio).toBeLessThan(1.5)
  expect(duplicates).toBeLessThanOrEqual(0.01)
  expect(presence).toBeLessThan(0.02)
}, 60_000)

it('a simulated swarm goes the same way with the same seed', async () => {
  const first = JSON.stringify(await simulate(SMALL))
  expect(JSON.stringify(await simulate(SMALL))).toBe(first)
  expect(JSON.stringify(await simulate({ ...SMALL, seed: 2 }))).not.toBe(first)
})

it('the ideal is the slowest of seeding, taking in and sharing, for half of the nodes and for all', () => {
  const scenario = { ...USUAL_SCENARIO, nodes: 10, blocks: 100, blockBytes: 125_000, downMbit: 100 }
  // 100 Mbit: ten seconds from a seeder of 10 Mbit/s.
  expect(idealOf(scenario)).toEqual({ medianS: 10, allS: 10 })
  expect(idealOf({ ...scenario, seederUpMbit: 100, upMbit: 0 })).toEqual({ medianS: 5, allS: 10 })
  expect(idealOf({ ...scenario, seederUpMbit: 1000, downMbit: 10, upMbit: 100 })).toEqual({ medianS: 10, allS: 10 })
  expect(idealOf({ ...scenario, seederUpMbit: 1000, downMbit: 10, upMbit: 100, slowPart: 0.2 }).allS).toBe(50)
  // Who comes late finds the file with others.
  expect(idealOf({ ...scenario, spreadS: 10 })).toEqual({ medianS: 5, allS: 10 })
})

it('a simulated swarm whose only seeder goes before all was sent does not become whole', async () => {
  const result = await simulate({ ...SMALL, seedersLeaveS: 0.8, limitS: 30 })
  expect(result.doneCount).toBe(0)
})

it('the command runs every combination of the numbers given, and writes table, JSON and plots', async () => {
  expect(scenariosOf({ nodes: '10,30', 'seeder-up-mbit': '5,20' })).toHaveLength(4)
  const folder = await mkdtemp(join(tmpdir(), 'quire-swarm-'))
  try {
    const table: string[] = []
    const small = ['--nodes', '2,3', '--blocks', '8', '--block-bytes', '4096']
    const files = ['--json', join(folder, 'swarm.json'), '--plots', folder]
    expect(await runSwarms([...small, ...files], (text) => table.push(text))).toBe(0)
    expect(table).toHaveLength(3)
    const plots = ['swarm-completion.svg', 'swarm-ratio.svg', 'swarm-traffic.svg']
    expect(await readdir(folder)).toEqual([...plots, 'swarm.json'])
    expect(JSON.parse(await readFile(join(folder, 'swarm.json'), 'utf8'))).toHaveLength(2)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('the suite asks after size, arrival, churn, loss, slow nodes and the last seeder, and takes other numbers', () => {
  const parts = partsOf({ suite: true, seed: '7' })
  expect(parts.map(({ name }) => name)).toEqual(['arrival', 'churn', 'loss', 'slow', 'leaving', 'size'])
  expect(parts.at(-1)?.scenarios).toHaveLength(9)
  expect(parts.flatMap(({ scenarios }) => scenarios).every(({ seed }) => seed === 7)).toBe(true)
  expect(partsOf({ suite: true, part: 'size', nodes: '3' })[0]?.scenarios.map(({ nodes }) => nodes)).toEqual([3, 3, 3])
  expect(() => partsOf({ suite: true, part: 'none' })).toThrow('--part is one of')
})
