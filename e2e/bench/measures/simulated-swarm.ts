import { USUAL_SCENARIO } from '../../swarm/scenario.ts'
import { simulate } from '../../swarm/simulate.ts'
import type { Figure } from '../figure.ts'
import type { Measure } from '../measure.ts'

export const simulatedSwarm: Measure = {
  name: 'simulated-swarm',
  title: 'A hundred simulated nodes and one seeder: time of the median node to the ideal, a seed each round.',
  async run({ lab, rounds }): Promise<Figure[]> {
    const [ratios, twice]: number[][] = [[], []]
    for (const round of rounds()) {
      const { ratio, duplicates } = await simulate({ ...USUAL_SCENARIO, nodes: 100, seeders: 1, seed: round + 1 })
      ratios?.push(ratio)
      twice?.push(100 * duplicates)
      lab.log(`  ${ratio.toFixed(2)} times the ideal`)
    }
    return [
      {
        name: 'swarm of 100: time of the median node to the ideal',
        unit: 'times',
        samples: ratios ?? [],
        aim: { atMost: 1.5 },
      },
      { name: 'swarm of 100: blocks sent twice', unit: '%', samples: twice ?? [] },
    ]
  },
}
