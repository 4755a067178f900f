import { expose } from 'comlink'
import type { UploadSessionApi } from './api.ts'

/** Answers an upload’s calls on `port`; a page that goes takes its upload with it. */
export function serveUpload(session: UploadSessionApi, port: MessagePort, watchers: Set<() => void>): void {
  const stop = (): void => {
    watchers.delete(stop)
    // It has ended, or the node that is going frees what it stored.
    void session.abort().catch(() => undefined)
  }
  watchers.add(stop)
  port.addEventListener('close', stop)
  expose(
    {
      write: (bytes) => session.write(bytes),
      close: () => session.close().finally(() => watchers.delete(stop)),
      abort: () => session.abort().finally(() => watchers.delete(stop)),
    } satisfies UploadSessionApi,
    port,
  )
}
