import type { TimelinePage } from '../history-api.ts'
import type { ServedCommunity, ServedHistory, ServedHistoryEvent, ServedImport } from '../served-history.ts'

export const COMMUNITY: ServedCommunity = {
  id: `0x02${'ab'.repeat(32)}`,
  name: 'Gardeners',
  description: '',
  isOwner: true,
  isKeyLocked: false,
  isKeySaved: false,
  hasPassphrase: false,
  isEncrypted: false,
  channels: [],
  categories: [],
  keep: { kind: 'all' },
  quotaBytes: 1,
  heldBytes: 0,
  archiveCount: 0,
  heldArchiveCount: 0,
  follow: { state: 'nothing-published' },
  publish: { state: 'idle' },
  partitionDays: 7,
  isSearchPublished: false,
  missingKeyIds: [],
}

export const IMPORT: ServedImport = {
  id: 'import-1',
  communityId: COMMUNITY.id,
  fileName: 'export.json',
  state: { state: 'done' },
  readBytes: 2,
  totalBytes: 2,
  messageCount: 1,
  channelCount: 1,
  problemCount: 0,
  problems: [],
}

const PAGE: TimelinePage = { rows: [], isFound: false }
const PERSON = { key: '0x04', displayName: 'Ada', hasPassphrase: false, isLocked: false, isSaved: false }

/** A history service that does at each call what the test sets. */
export class ServedHistoryDouble implements ServedHistory {
  readonly listeners = new Set<(event: ServedHistoryEvent) => void>()
  onFollow: (link: string) => Promise<ServedCommunity> = async () => COMMUNITY
  onTimeline: (signal: AbortSignal | undefined) => Promise<TimelinePage> = async () => PAGE
  onImport: (file: File, options: { kind?: string }) => Promise<ServedImport> = async () => IMPORT
  onSend: (images: readonly Blob[]) => void = () => undefined

  onStarted: () => Promise<void> = async () => undefined

  started(): Promise<void> {
    return this.onStarted()
  }

  watch(listener: (event: ServedHistoryEvent) => void): () => void {
    this.listeners.add(listener)
    listener({ type: 'communities', communities: [COMMUNITY] })
    return () => this.listeners.delete(listener)
  }

  emit(event: ServedHistoryEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  create = async () => COMMUNITY
  describe = async () => COMMUNITY
  follow = (link: string) => this.onFollow(link)
  leave = async () => undefined
  setSettings = async () => undefined
  totalQuotaBytes = async () => 1
  setTotalQuotaBytes = async () => undefined
  retryNow = async () => undefined
  shareLink = async (id: string, base: string) => `${base}#/c/${id}`
  archives = async () => []
  fetchSpan = async () => undefined
  timeline = (_id: string, _query: unknown, options: { signal?: AbortSignal | undefined } = {}) =>
    this.onTimeline(options.signal)
  pinned = async () => []
  activity = async () => ({ days: [], gaps: [] })
  attachment = async () => new Blob(['png'], { type: 'image/png' })
  search = async () => ({ hits: [], isMore: false, searchedArchives: 0, knownArchives: 0 })
  exportSpan = async () => new File(['x'], 'history.html')
  setPerson = async () => PERSON
  send: ServedHistory['send'] = async (_id, channelId, message) => {
    this.onSend(message.images ?? [])
    return {
      kind: 'message',
      id: '0x01',
      channelId,
      author: { key: '0x04', name: 'Ada', isImported: false },
      atMs: 1,
      text: message.text,
      signature: 'author',
      isOwn: true,
      isDeleted: false,
      isEdited: false,
      isPinned: false,
      reactions: [],
      attachments: [],
      delivery: 'sending',
    }
  }
  edit = async () => undefined
  remove = async () => undefined
  pin = async () => undefined
  react = async () => undefined
  publishNow = async () => undefined
  importFile = (_id: string, file: File, options: { kind?: string } = {}) => this.onImport(file, options)
  cancelImport = async () => undefined
  dismissImport = async () => undefined
  exportKey = async () => 'key'
  noteKeySaved = async () => undefined
  importKey = async () => ({ what: 'person' as const })
  setPassphrase = async () => undefined
  unlock = async () => undefined
  forgetKey = async () => undefined
  addGroupKey = async () => undefined
  groupKeys = async () => ''
}
