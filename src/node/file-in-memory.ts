import type { ExportFile } from '../history/export/export-span.ts'

/** Where there are no private files of an origin: what is exported is in memory until it is let go of. */
export async function fileInMemory(file: ExportFile, options: Parameters<ExportFile['bytes']>[0]): Promise<File> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of file.bytes(options)) pieces.push(new Uint8Array(piece))
  return new File(pieces, file.name, { type: file.mediaType })
}
