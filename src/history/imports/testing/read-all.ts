import type { ImportBatch, ImportKind, ImportMark } from '../imported-message.ts'
import { openExport } from '../read-export.ts'
import { allOf } from './all-of.ts'

/** Files by path; a text, bytes, or what is written as JSON. */
export type TestFiles = Readonly<Record<string, unknown>>

export function blobsOf(files: TestFiles): { path: string; blob: Blob }[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    blob: new Blob([
      content instanceof Uint8Array
        ? Uint8Array.from(content)
        : typeof content === 'string'
          ? content
          : JSON.stringify(content),
    ]),
  }))
}

/** Everything that an export gives, in one batch. */
export async function readAll(
  files: TestFiles,
  after?: ImportMark,
): Promise<ImportBatch & { kind: ImportKind; batches: readonly ImportBatch[] }> {
  const opened = await openExport(blobsOf(files))
  const batches = await allOf(opened.batches({ after }))
  const last = batches.at(-1)
  if (last === undefined) throw new Error('An export gives at least one batch.')
  return {
    ...last,
    kind: opened.kind,
    batches,
    channels: batches.flatMap(({ channels }) => channels),
    messages: batches.flatMap(({ messages }) => messages),
    problems: batches.flatMap(({ problems }) => problems),
  }
}
