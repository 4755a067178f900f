import { QuireError } from '../../errors.ts'

const CALLS = [
  'create',
  'describe',
  'follow',
  'leave',
  'setSettings',
  'totalQuotaBytes',
  'setTotalQuotaBytes',
  'retryNow',
  'shareLink',
  'archives',
  'fetchSpan',
  'timeline',
  'pinned',
  'activity',
  'attachment',
  'search',
  'exportSpan',
  'setPerson',
  'send',
  'edit',
  'remove',
  'pin',
  'react',
  'publishNow',
  'importFile',
  'cancelImport',
  'dismissImport',
  'exportKey',
  'noteKeySaved',
  'importKey',
  'setPassphrase',
  'unlock',
  'forgetKey',
  'addGroupKey',
  'groupKeys',
] as const

export type UnreadyHistory = Readonly<Record<(typeof CALLS)[number], () => Promise<never>>> & {
  watch(listener: (event: UnreadyEvent) => void): () => void
}

type UnreadyEvent =
  | { readonly type: 'communities'; readonly communities: readonly never[] }
  | { readonly type: 'person'; readonly person: undefined }
  | { readonly type: 'imports'; readonly imports: readonly never[] }

/** A history without communities, of a node whose history has not started. */
export function unreadyHistory(): UnreadyHistory {
  const refuse = async (): Promise<never> => {
    throw new QuireError('ERR_NODE_STOPPED', 'The history service does not run.')
  }
  const watch = (listener: (event: UnreadyEvent) => void): (() => void) => {
    listener({ type: 'communities', communities: [] })
    listener({ type: 'person', person: undefined })
    listener({ type: 'imports', imports: [] })
    return () => undefined
  }
  const calls = Object.fromEntries(CALLS.map((name) => [name, refuse])) as Record<(typeof CALLS)[number], typeof refuse>
  return { ...calls, watch }
}
