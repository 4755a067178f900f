/** The switchboard between the tabs of an origin: ports of all of them go to the worker of the one that runs the node. */
import { Switchboard } from '../src/tabs/switchboard.ts'

declare const self: SharedWorkerGlobalScope

const switchboard = new Switchboard()
self.addEventListener('connect', ({ ports }) => {
  for (const port of ports) switchboard.connect(port)
})
