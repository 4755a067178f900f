import type { Figure } from '../figure.ts'
import { MB } from '../measure.ts'
import type { PublishedWeek } from './next-week.ts'
import type { Samples } from './samples.ts'

const NO_LONG_FRAME = 'the browser’s own entries, for frames of 50 ms or more; 0 means that there was none'

interface FigureInit {
  readonly messages: number
  readonly weeks: number
  /** Kinds of what was searched for. */
  readonly searches: readonly string[]
  /** Undefined where it failed. */
  readonly week: PublishedWeek | undefined
}

/** The figures of “history”, each with what was asked of it. */
export function historyFigures(samples: Samples, { messages, weeks, searches, week }: FigureInit): Figure[] {
  const figure = (name: string, from: string, more: Partial<Figure>): Figure => ({
    name,
    unit: 'ms',
    samples: samples.of(from),
    ...more,
    note: [more.note, samples.noteOf(from)].filter((text) => text !== undefined).join('; ') || undefined,
  })
  const atMost = (limit: number): Pick<Figure, 'aim'> => ({ aim: { atMost: limit } })
  return [
    figure('index fetched to first messages, new profile', 'index to messages', atMost(1000)),
    figure('index held: press to first messages', 'press to messages', atMost(1000)),
    figure('link opened to first messages, new profile', 'link to messages', {
      note: 'from the navigation: loading, starting and finding the keeper are in it',
    }),
    figure('page loaded again to first messages, all held', 'reload to messages', {}),
    figure('press of a day not held to its messages', 'jump', atMost(1500)),
    figure('press of a day held to its messages', 'held jump', {}),
    ...searches.map((kind) => figure(`search over all: ${kind}`, `search ${kind}`, atMost(200))),
    figure('search, writing to painted results', 'search shown', {
      note: '120 ms of it waits for the writer to pause',
    }),
    ...(['held', 'arriving'] as const).flatMap((kind) => [
      figure(`longest frame, scrolling, weeks ${kind}`, `frame ${kind}`, {
        ...atMost(50),
        isAimOfAll: true,
        note: NO_LONG_FRAME,
      }),
      figure(`longest time between frames, weeks ${kind}`, `gap ${kind}`, { ...atMost(50), isAimOfAll: true }),
      figure(`most processor time of one task of the page, weeks ${kind}`, `task ${kind}`, {
        note: 'without the time in which other threads had the processor; of a scroll of its own, which is traced',
      }),
    ]),
    figure('worker memory, all held', 'memory held', { unit: 'MB', ...atMost(300) }),
    figure('worker memory at most, reading, with garbage', 'memory while reading', { unit: 'MB', ...atMost(300) }),
    figure('worker memory at most, fetching all, with garbage', 'memory while fetching', {
      unit: 'MB',
      ...atMost(300),
    }),
    figure('until all is held', 'hold all', { unit: 's', note: `${messages} messages in ${weeks} archives` }),
    ...(week === undefined ? [] : [weekFigure(week, weeks)]),
  ]
}

function weekFigure(week: PublishedWeek, weeks: number): Figure {
  const { sentBytes, archiveBytes, indexBytes, messages, seconds } = week
  const mb = (bytes: number): string => `${(bytes / MB).toFixed(3)} MB`
  return {
    name: `bytes that leave the owner, week ${weeks + 1}`,
    unit: 'MB',
    samples: [sentBytes / MB],
    baseline: { name: 'its archive and the index', samples: [(archiveBytes + indexBytes) / MB] },
    aim: { atMost: 1.1 },
    note:
      `${messages} messages, archive ${mb(archiveBytes)}, index ${mb(indexBytes)}; ${mb(week.webRtcBytes)} over WebRTC ` +
      `(${mb(week.webRtcPayloadBytes)} given to it), ${mb(week.webSocketBytes)} over WebSockets, with all protocols, to one ` +
      `member and the keeper, in ${seconds.toFixed(1)} s; its search index leaves when somebody searches; before that, as one ` +
      `who joins, ${mb(week.joiningBytes)}`,
  }
}
