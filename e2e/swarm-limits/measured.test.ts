import { expect, it, onTestFinished } from 'vitest'
import { compare } from './compare.ts'
import { LabNetwork } from './lab-network.ts'
import { measureNetwork } from './measure.ts'

// Some sixty handshakes: seconds, or minutes on a busy machine. No time is measured.
const TIMEOUT_MS = 300_000

// How many frames of Yamux leave in one of Noise hangs on what else the machine does.
const FRAMING = 0.15

it('says what twelve real servers and a client send each other', { timeout: TIMEOUT_MS }, async () => {
  const network = new LabNetwork({ servers: 12 })
  onTestFinished(() => network.stop())
  await network.start()

  const comparisons = compare(await measureNetwork(network, { rounds: 3 }))

  expect(comparisons.map(({ step }) => step)).toEqual(['contact', 'ping', 'provide', 'lookup'])
  for (const { step, measured, modelled, offBy } of comparisons) {
    const messagesOf = ({ messages, messageBytes }: typeof measured) => ({ step, messages, messageBytes })
    expect(messagesOf(measured)).toEqual(messagesOf(modelled))
    expect({ step, isNear: Math.abs(offBy) < FRAMING, offBy }).toEqual({ step, isNear: true, offBy })
  }
})
