/** Tells whoever asks by UDP where the question came from; answers from another address or port where it is asked to. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Endpoint, type Question, REFLECTOR_PORTS, type Reflection } from './reflection.ts'

const sockets = new Map<string, Socket>()

for (const address of process.argv.slice(2)) {
  for (const port of REFLECTOR_PORTS) {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    sockets.set(keyOf({ address, port }), socket)
    socket.on('message', (bytes, sender) => {
      // Nobody else is in this network.
      const { id, replyFrom } = JSON.parse(bytes.toString()) as Question
      const answerer = replyFrom === undefined ? socket : sockets.get(keyOf(replyFrom))
      const reflection: Reflection = { id, seen: { address: sender.address, port: sender.port } }
      answerer?.send(JSON.stringify(reflection), sender.port, sender.address)
    })
    await new Promise<void>((resolve) => socket.bind(port, address, resolve))
  }
}
process.stdout.write('ready\n')

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`
}
