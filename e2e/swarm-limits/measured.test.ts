import { expect, it, onTestFinished } from 'vitest'
import { compare } from './compare.ts'
import { LabNetwork } from './lab-network.ts'
import { measureNetwork } from './measure.ts'

// Twelve libp2p nodes do some hundred handshakes: seconds, or a minute on a busy machine. No time is measured.
const TIMEOUT_MS = 240_000

it(
  'says within three per cent what twelve real servers and a client send each other',
  { timeout: TIMEOUT_MS },
  async () => {
    const network = new LabNetwork({ servers: 12 })
    onTestFinished(() => network.stop())
    await network.start()

    const comparisons = compare(await measureNetwork(network, { rounds: 3 }))

    expect(comparisons.map(({ step }) => step)).toEqual(['contact', 'ping', 'provide', 'lookup'])
    for (const { step, measured, modelled, offBy } of comparisons) {
      expect({ step, messages: measured.messages }).toEqual({ step, messages: modelled.messages })
      expect(Math.abs(offBy)).toBeLessThan(0.03)
    }
  },
)
