/** One question to the simulated swarms: what differs from the usual scenario, as the command’s options. */
export interface SuitePart {
  readonly name: string
  readonly title: string
  readonly options: Readonly<Record<string, string>>
}

/** What `--suite` runs, the small ones first; the last takes by far the longest. */
export const SUITE: readonly SuitePart[] = [
  { name: 'arrival', title: 'all at once, and one after another', options: { nodes: '30', 'spread-s': '0,10,30' } },
  { name: 'churn', title: 'nodes that go for good', options: { nodes: '30', churn: '0.2,0.5' } },
  { name: 'loss', title: 'lines that lose', options: { nodes: '30', loss: '0.01,0.03' } },
  { name: 'slow', title: 'nodes with a fifth of the rate', options: { nodes: '30', 'slow-part': '0.2,0.5' } },
  {
    name: 'leaving',
    title: 'the last seeder goes once all has left it',
    options: { nodes: '30', 'seeders-leave-s': '17' },
  },
  { name: 'size', title: 'nodes and seeders', options: { nodes: '10,30,100', seeders: '1,2,4' } },
]
