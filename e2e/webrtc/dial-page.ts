/** The page of the dial test: starts the worker and gives it WebRTC; Playwright drives it by `performDialCommand`. */
import { serveWebRtc } from '../../src/webrtc/page.ts'
import type { DialAnswer, DialCommand, FromDialWorker, ToDialWorker } from './dial-commands.ts'

declare global {
  // A property of the page's global object can be declared only this way.
  var performDialCommand: (command: DialCommand) => Promise<DialAnswer>
}

interface Waiting {
  readonly resolve: (answer: DialAnswer) => void
  readonly reject: (error: Error) => void
}

const worker = new Worker(new URL('./dial.worker.ts', import.meta.url), { type: 'module' })
const waiting = new Map<number, Waiting>()
let lastId = 0

worker.addEventListener('message', ({ data }: MessageEvent<FromDialWorker>) => {
  if (data.kind === 'port') {
    serveWebRtc(data.port)
  } else if (data.kind === 'answer') {
    waiting.get(data.id)?.resolve(data.answer)
  } else {
    waiting.get(data.id)?.reject(new Error(data.message))
  }
})

worker.addEventListener('error', ({ message }) => {
  for (const { reject } of waiting.values()) {
    reject(new Error(`the worker failed: ${message}`))
  }
})

globalThis.performDialCommand = (command) =>
  new Promise((resolve, reject) => {
    lastId += 1
    waiting.set(lastId, { resolve, reject })
    const message: ToDialWorker = { id: lastId, command }
    worker.postMessage(message)
  })
