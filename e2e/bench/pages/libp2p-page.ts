/** One plain libp2p stream over an unmodified `@libp2p/webrtc` in a worker; this page has its half of WebRTC. */
import { wrap } from 'comlink'
import { serveWebRtc } from '../../../src/webrtc/page.ts'
import { readPageConfig } from './contestant.ts'
import type { StreamNode } from './libp2p.worker.ts'

const worker = new Worker(new URL('./libp2p.worker.ts', import.meta.url), { type: 'module' })
const node = wrap<StreamNode>(worker)
const loaded = new Promise<void>((resolve) => {
  worker.addEventListener('message', ({ data }: MessageEvent<{ webRtcPort?: MessagePort }>) => {
    if (data.webRtcPort === undefined) return
    serveWebRtc(data.webRtcPort)
    resolve()
  })
})

globalThis.contestant = {
  ready: loaded.then(() => node.start(readPageConfig())),
  offer: (content) => node.offer(content),
  fetch: (ticket, options) => node.fetch(ticket, options ?? {}),
  forget: () => node.forget(),
}
