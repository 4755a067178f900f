/**
 * What runs in the app’s page to take times where they pass, put there before the page’s own scripts.
 *
 *   messages to and from the worker ─▶ calls, signals, communities      frames ─▶ what is in sight, gaps, long frames
 *
 * `installProbe` crosses to the page as text, so everything that it needs is inside it.
 */
import type { CommunityView, HistoryEvent } from '../../../src/rpc/history-api.ts'

/** A number: so many archives are held. */
export type CommunityWish = 'all held' | 'at rest' | number

export interface FrameTimes {
  /** The longest time between the starts of two frames. */
  readonly longestGapMs: number
  /** Of the browser’s own entries for frames of 50 ms or more; 0 where there was none. */
  readonly longestFrameMs: number
  readonly frameCount: number
  /** The work in the longest frame, as the browser names it. */
  readonly blamed: string
}

export interface WebRtcSent {
  /** All layers above UDP. */
  readonly bytes: number
  /** Of these, what was given to the data channels; the rest encrypts, frames and acknowledges it, or is sent once more. */
  readonly payloadBytes: number
}

/** All times are milliseconds since the page’s navigation began. */
export interface HistoryProbe {
  /** The first community that the page was told of, as it was told last. */
  community: CommunityView | undefined
  /** When the signal of that name came first. */
  readonly signalMs: Map<string, number>
  /** Of the last press of a button or link. */
  pressedMs: number
  /** Resolves when a message, or one of the UTC day “2026-01-31”, has been painted in the list’s view. */
  whenInSight(day: string | undefined, timeoutMs: number): Promise<number>
  /** Resolves when the community, as the page was told of it, is as `wish` says. */
  whenCommunity(wish: CommunityWish, timeoutMs: number): Promise<number>
  /** From the next call of that name to its answer. */
  nextCall(name: string, timeoutMs: number): Promise<number>
  /** Resolves with the place of a message that has the words, once the search shows hits, or says that there are none. */
  whenFound(timeoutMs: number): Promise<number>
  startFrames(): void
  stopFrames(): FrameTimes
  /** What this page’s WebRTC connections have sent so far. */
  webRtcSent(): Promise<WebRtcSent>
}

declare global {
  // Kept by the script in the page; a property of the global object can be declared only this way.
  var historyProbe: HistoryProbe
}

interface CallMessage {
  readonly id?: string
  readonly type?: string
  readonly path?: readonly string[]
}

export function installProbe(): void {
  const asked = new Map<string, { name: string; atMs: number }>()
  const callWaiters = new Map<string, (elapsedMs: number) => void>()
  const communityWaiters = new Set<() => void>()
  const heard = new WeakSet<MessagePort>()

  const inTime = <T>(what: string, timeoutMs: number, begin: (resolve: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      setTimeout(() => {
        const text = document.querySelector('#main')?.textContent.slice(0, 300) ?? ''
        reject(new Error(`${what} did not come in ${timeoutMs / 1000} s. The page says: ${text}`))
      }, timeoutMs)
      begin(resolve)
    })

  const hear = ({ data }: MessageEvent<(CallMessage & HistoryEvent) | undefined>): void => {
    const nowMs = performance.now()
    if (data === undefined || data === null || typeof data !== 'object') return
    const call = data.id === undefined ? undefined : asked.get(data.id)
    if (call !== undefined && data.id !== undefined) {
      asked.delete(data.id)
      callWaiters.get(call.name)?.(nowMs - call.atMs)
      callWaiters.delete(call.name)
    }
    if (data.type === 'signal') {
      const { name } = data.signal
      if (!historyProbe.signalMs.has(name)) historyProbe.signalMs.set(name, nowMs)
    }
    if (data.type === 'communities' && Array.isArray(data.communities)) {
      historyProbe.community = data.communities[0]
      for (const look of communityWaiters) look()
    }
  }
  const start = Reflect.get(MessagePort.prototype, 'start')
  const postMessage = Reflect.get(MessagePort.prototype, 'postMessage')
  MessagePort.prototype.start = function (this: MessagePort): void {
    if (!heard.has(this)) {
      heard.add(this)
      this.addEventListener('message', hear)
    }
    Reflect.apply(start, this, [])
  }
  MessagePort.prototype.postMessage = function (this: MessagePort, ...args: unknown[]): void {
    const message = args[0] as CallMessage | undefined
    const name = message?.path?.at(-1)
    if (message?.type === 'APPLY' && message.id !== undefined && name !== undefined && callWaiters.has(name)) {
      asked.set(message.id, { name, atMs: performance.now() })
    }
    Reflect.apply(postMessage, this, args)
  }

  const connections: RTCPeerConnection[] = []
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
    }
  }
  // By connection and entry: closed channels are no longer told of.
  const sentBytes = { transport: new Map<string, number>(), 'data-channel': new Map<string, number>() }
  const readStats = async (connection: RTCPeerConnection, at: number): Promise<void> => {
    if (connection.connectionState === 'closed') return
    const stats = await connection.getStats()
    stats.forEach(({ type, id, bytesSent = 0 }: { type: string; id: string; bytesSent?: number }) => {
      if (type !== 'transport' && type !== 'data-channel') return
      const key = `${at} ${id}`
      sentBytes[type].set(key, Math.max(bytesSent, sentBytes[type].get(key) ?? 0))
    })
  }
  const readAllStats = async (): Promise<void> => void (await Promise.all(connections.map(readStats)))
  setInterval(() => void readAllStats(), 500)

  const isInSight = (day: string | undefined): boolean => {
    const scroller = document.querySelector('.message-scroller')
    if (scroller === null || scroller.getAttribute('aria-busy') === 'true') return false
    const view = scroller.getBoundingClientRect()
    return Array.from(scroller.querySelectorAll('li.message')).some((row) => {
      const box = row.getBoundingClientRect()
      if (box.bottom <= view.top || box.top >= view.bottom) return false
      return day === undefined || row.querySelector('time')?.dateTime.startsWith(day) === true
    })
  }
  /** Each frame until it is so; the time is that of the frame after, when what was there has been painted. */
  const whenFrame = (what: string, timeoutMs: number, isSo: () => boolean): Promise<number> =>
    inTime(what, timeoutMs, (resolve) => {
      const look = (): void => {
        requestAnimationFrame(isSo() ? () => resolve(performance.now()) : look)
      }
      look()
    })

  addEventListener('click', ({ timeStamp }) => (historyProbe.pressedMs = timeStamp), { capture: true })

  let frames = { isOn: false, lastMs: 0, longestGapMs: 0, longestFrameMs: 0, frameCount: 0, blamed: '' }
  const onFrame = (): void => {
    if (!frames.isOn) return
    const nowMs = performance.now()
    frames.longestGapMs = Math.max(frames.longestGapMs, nowMs - frames.lastMs)
    frames.lastMs = nowMs
    frames.frameCount += 1
    requestAnimationFrame(onFrame)
  }
  const nameScript = ({ duration, invoker, sourceFunctionName }: LongFrameScript): string =>
    `${sourceFunctionName === '' ? invoker : sourceFunctionName} ${duration.toFixed(0)} ms`
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!frames.isOn || entry.duration <= frames.longestFrameMs) continue
      frames.longestFrameMs = entry.duration
      // The library does not know these entries yet; see the Long Animation Frames API of the W3C.
      frames.blamed = (entry as unknown as { scripts: LongFrameScript[] }).scripts.map(nameScript).join(', ')
    }
  }).observe({ type: 'long-animation-frame' })

  globalThis.historyProbe = {
    community: undefined,
    signalMs: new Map(),
    pressedMs: Number.NaN,
    whenInSight: (day, timeoutMs) => whenFrame(`A message of ${day ?? 'any day'}`, timeoutMs, () => isInSight(day)),
    whenFound: (timeoutMs) =>
      whenFrame('What was searched for', timeoutMs, () => {
        const results = document.querySelector('.search-results')
        return results?.getAttribute('aria-busy') === 'false' && results.querySelector('.search-count') !== null
      }),
    whenCommunity: (wish, timeoutMs) =>
      inTime(`A community that is as wished (${wish})`, timeoutMs, (resolve) => {
        const look = (): void => {
          const { community } = historyProbe
          if (community === undefined || community.archiveCount === 0) return
          const isAtRest = community.follow.state !== 'fetching' && community.follow.state !== 'fetching-index'
          const wanted = wish === 'at rest' ? 0 : wish === 'all held' ? community.archiveCount : wish
          if (!isAtRest || community.heldArchiveCount < wanted) return
          communityWaiters.delete(look)
          resolve(performance.now())
        }
        communityWaiters.add(look)
        look()
      }),
    nextCall: (name, timeoutMs) =>
      inTime(`An answer to ${name}`, timeoutMs, (resolve) => callWaiters.set(name, resolve)),
    startFrames() {
      frames = { isOn: true, lastMs: performance.now(), longestGapMs: 0, longestFrameMs: 0, frameCount: 0, blamed: '' }
      requestAnimationFrame(onFrame)
    },
    stopFrames() {
      frames.isOn = false
      const { longestGapMs, longestFrameMs, frameCount, blamed } = frames
      return { longestGapMs, longestFrameMs, frameCount, blamed }
    },
    async webRtcSent() {
      await readAllStats()
      const sum = (all: ReadonlyMap<string, number>): number => [...all.values()].reduce((a, b) => a + b, 0)
      return { bytes: sum(sentBytes.transport), payloadBytes: sum(sentBytes['data-channel']) }
    },
  }
}

interface LongFrameScript {
  readonly duration: number
  readonly invoker: string
  readonly sourceFunctionName: string
}
