import type { Page } from '@playwright/test'

/** A task in the browser’s own trace; `tdur` is processor time in microseconds. */
interface TaskEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly tdur?: number
}

/** Begins to trace; what it gives ends that, and gives the most processor time of a task of the page’s thread, milliseconds. */
export async function traceTasks(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  let mostUs = 0
  session.on('Tracing.dataCollected', ({ value }) => {
    // The protocol leaves the shape of an event open; it is that of the trace event format.
    for (const { name, pid, tid, tdur = 0 } of value as unknown as TaskEvent[]) {
      if (name === 'RunTask' && pid === tid) mostUs = Math.max(mostUs, tdur)
    }
  })
  const includedCategories = ['devtools.timeline', 'disabled-by-default-devtools.timeline']
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } })
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    await session.detach()
    return mostUs / 1000
  }
}
