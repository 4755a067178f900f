/** The files of a drop, a paste or a picker, folders walked through; each file keeps its name without its path. */
import type { QueuedFile } from '../state/upload-queue.ts'

/** Folders within folders can be endless (a mounted archive of itself). */
const MAX_DEPTH = 64

/** Files that were picked or pasted. */
export function queuedFiles(files: Iterable<File>): QueuedFile[] {
  return Array.from(files, (file) => ({ file, name: file.name }))
}

export interface DroppedFiles {
  readonly files: readonly QueuedFile[]
  /** Names of files and folders that the browser could not read; the others are there all the same. */
  readonly unreadableNames: readonly string[]
}

interface Walk {
  readonly files: QueuedFile[]
  readonly unreadableNames: string[]
  readonly limit: number
}

/**
 * Files that were dropped, at most `limit`.
 *
 * Must be called in the event’s own task: the entries of a `DataTransfer` are gone afterwards.
 */
export async function droppedFiles(transfer: DataTransfer, limit: number): Promise<DroppedFiles> {
  const entries: FileSystemEntry[] = []
  const files: File[] = []
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue
    const entry = item.webkitGetAsEntry()
    const file = entry === null ? item.getAsFile() : null
    if (entry !== null) entries.push(entry)
    if (file !== null) files.push(file)
  }
  const found: Walk = { files: queuedFiles(files), unreadableNames: [], limit }
  for (const entry of entries) await walk(entry, found, 0)
  return found
}

async function walk(entry: FileSystemEntry, found: Walk, depth: number): Promise<void> {
  if (found.files.length >= found.limit || depth > MAX_DEPTH) return
  try {
    if (isFileEntry(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
      found.files.push({ file, name: file.name })
    } else if (isFolderEntry(entry)) {
      await walkFolder(entry.createReader(), found, depth + 1)
    }
  } catch {
    // Gone since the drop, or not ours to read: told by name, the rest goes on.
    found.unreadableNames.push(entry.name)
  }
}

async function walkFolder(reader: FileSystemDirectoryReader, found: Walk, depth: number): Promise<void> {
  // A reader gives its entries in portions of about a hundred; an empty portion is the end.
  for (let part = await readPart(reader); part.length > 0; part = await readPart(reader)) {
    for (const child of part) await walk(child, found, depth)
  }
}

function readPart(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject))
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
