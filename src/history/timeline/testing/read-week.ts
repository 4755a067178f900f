import { WEEK_MS } from '../../clock.ts'
import type { OpenedMessage } from '../../message/opened-message.ts'
import type { TimelineDatabase } from '../timeline-database.ts'
import { archiveIdOf, COMMUNITY, START_MS } from './sample-messages.ts'

/** Writes the archive of a week, counted from `START_MS`, into the database. */
export async function readWeek(
  timelines: TimelineDatabase,
  week: number,
  messages: readonly OpenedMessage[],
): Promise<void> {
  const fromMs = START_MS + week * WEEK_MS
  const archive = { archiveId: archiveIdOf(week), fromMs, toMs: fromMs + WEEK_MS }
  const ingest = await timelines.beginArchive(COMMUNITY, archive)
  await ingest?.add(messages)
  await ingest?.commit()
}
