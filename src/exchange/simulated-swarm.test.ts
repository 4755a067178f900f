import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSwarms, scenariosOf } from '../../e2e/swarm/command.ts'
import { USUAL_SCENARIO } from '../../e2e/swarm/scenario.ts'
import { simulate } from '../../e2e/swarm/simulate.ts'

const SMALL = { ...USUAL_SCENARIO, nodes: 6, blocks: 32, blockBytes: 4096, loss: 0.01 }

it('a simulated swarm becomes whole near the ideal, fetches next to nothing twice, and goes the same way with the same seed', async () => {
  const first = await simulate(SMALL)
  expect(first.doneCount).toBe(6)
  expect(first.duplicates).toBeLessThanOrEqual(1 / 32)
  expect(first.ratio).toBeGreaterThan(1)
  expect(await simulate(SMALL)).toEqual(first)
  expect(await simulate({ ...SMALL, seed: 2 })).not.toEqual(first)
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
    expect(await readdir(folder)).toEqual(['swarm-completion.svg', 'swarm-ratio.svg', 'swarm.json'])
    expect(JSON.parse(await readFile(join(folder, 'swarm.json'), 'utf8'))).toHaveLength(2)
  } finally {
    await rm(folder, { recursive: true })
  }
})
