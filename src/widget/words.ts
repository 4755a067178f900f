/** The sentences of the widget that are said in more than one place. */
import type { Right, WidgetStorage } from './protocol.ts'

/** “blog.example”, or “This page” for one whose name nobody knows. */
export function hostName(origin: string | undefined): string {
  if (origin === undefined || !URL.canParse(origin)) return 'This page'
  const { host, protocol } = new URL(origin)
  return protocol === 'https:' ? host : `${protocol}//${host}`
}

/** What a right is, after “may”. */
export const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  read: 'show files and communities of Quire',
  upload: 'have you add files, and learn their CIDs',
  publish: 'have you write to communities',
}

/** Where what is shown and added is kept. */
export const STORAGE_WORDS: Readonly<Record<WidgetStorage, string>> = {
  shared: 'What is shown and added here is kept by Quire in this browser.',
  partitioned:
    'The browser gives Quire a storage of its own in pages of this site. What is shown and added here is kept there, apart from Quire’s own page.',
  memory:
    'The browser lets Quire store nothing here. All of it is in memory and gone when this page is closed; so are your answers.',
}
