import { type Calibration, CALIBRATION } from './calibration.ts'
import { type Cost, sum, times } from './cost.ts'
import { closerBytes, type MessageSizes, providersBytes, recordBytes, requestBytes } from './kad-messages.ts'
import { type LookupShape, lookupShape } from './lookup-shape.ts'
import type { LimitsScenario } from './scenario.ts'

/** What single operations move, with the connections that they open. */
export interface Operations {
  readonly shape: LookupShape
  /** Tells the servers closest to its key of one dataset. */
  readonly provide: Cost
  /** Asks for the holders of one dataset. */
  readonly lookup: Cost
  /** Asks one server over a connection that stands. */
  readonly request: Cost
  /** Connects to one server. */
  readonly contact: Cost
}

export function operationsOf(scenario: LimitsScenario, steps: Calibration = CALIBRATION): Operations {
  const shape = lookupShape(scenario)
  const { asked, told, strangers } = shape
  const sizes = sizesOf(scenario)
  // A server names all that it knows, but not itself.
  const closer = Math.min(scenario.k, scenario.servers - 1)
  const requesting = { sent: requestBytes(), received: 0 }
  const request = sum(steps.exchange, requesting, { sent: 0, received: closerBytes(sizes, closer) })
  const question = sum(steps.exchange, requesting, {
    sent: 0,
    received: providersBytes(sizes, { closer, providers: 0 }),
  })
  const naming = { sent: 0, received: scenario.providers * providersBytes(sizes, { closer: 0, providers: 1 }) }
  const telling = sum(steps.telling, { sent: recordBytes(sizes), received: 0 })
  const around = sum(
    times(steps.contact, asked * freshPart(scenario)),
    times(steps.ping, strangers * steps.pingsPerStranger),
  )
  return {
    shape,
    request,
    contact: steps.contact,
    provide: sum(times(request, asked), around, times(telling, told)),
    lookup: sum(times(question, asked), around, times(naming, told)),
  }
}

/** Of the servers that are asked, the part to which no connection stands. */
function freshPart({ servers, heldConnections }: LimitsScenario): number {
  return Math.max(0, 1 - heldConnections / servers)
}

function sizesOf(scenario: LimitsScenario): MessageSizes {
  return {
    idBytes: scenario.idBytes,
    serverAddressBytes: Array.from({ length: scenario.serverAddresses }, () => scenario.serverAddressBytes),
    ownAddressBytes: Array.from({ length: scenario.ownAddresses }, () => scenario.ownAddressBytes),
  }
}
