import { PLAYER_PARAMETER } from '../rpc/player-report.ts'
import { countsBytes, PlayerReports } from './player-reports.ts'

/**
 * Has an element play an address; returns what ends the reports.
 *
 * Where the service worker answers it (`<scope>cid/…`) and the browser says how much it has decoded, the element is given no
 * more than is soon played.
 */
export function play(media: HTMLMediaElement, source: string): () => void {
  const worker = navigator.serviceWorker
  if (source.startsWith('blob:') || !countsBytes(media)) {
    media.src = source
    return () => undefined
  }
  const player = crypto.randomUUID()
  const address = new URL(source, location.href)
  address.searchParams.set(PLAYER_PARAMETER, player)
  const reports = new PlayerReports({ media, send: (report) => worker.controller?.postMessage(report) }, { player })
  reports.start()
  media.src = address.href
  return () => reports.stop()
}
