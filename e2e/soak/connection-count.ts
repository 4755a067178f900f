import type { BrowserContext, Page } from '@playwright/test'

declare global {
  // A property of the page’s global object can be declared only this way.
  var soakConnections: WeakRef<RTCPeerConnection>[] | undefined
}

/** Has every page of a browser count its peer connections, without keeping them. */
export async function countPeerConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const made: WeakRef<RTCPeerConnection>[] = []
    globalThis.soakConnections = made
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        made.push(new WeakRef(this))
      }
    }
  })
}

/** `open`: not closed; `kept`: not garbage collected, closed or not; `made`: ever. */
export function openPeerConnections(page: Page): Promise<{ open: number; kept: number; made: number }> {
  return page.evaluate(() => {
    const made = globalThis.soakConnections ?? []
    const kept = made.map((reference) => reference.deref()).filter((connection) => connection !== undefined)
    const open = kept.filter(({ connectionState }) => connectionState !== 'closed')
    return { open: open.length, kept: kept.length, made: made.length }
  })
}
