/** The line in a process of its own: nothing that the harness does makes a packet late. */
import { DelayLine } from './delay-line.ts'
import type { FromLine, LineCall, ToLine } from './delay-line-messages.ts'

const line = new DelayLine({ oneWayMs: 0, loss: 0, seed: 1 })

process.on('message', ({ id, call }: ToLine) => {
  perform(call).then(
    (answer) => answerWith({ id, answer }),
    (error: unknown) => answerWith({ id, failure: String(error) }),
  )
})
// The harness is gone, however it ended.
process.on('disconnect', () => process.exit(0))

async function perform(call: LineCall): Promise<unknown> {
  switch (call.type) {
    case 'configure':
      return line.configure(call.init)
    case 'port':
      return line.portFor(call)
    case 'stats':
      return line.stats()
    default:
      return call satisfies never
  }
}

function answerWith(message: FromLine): void {
  process.send?.(message)
}
