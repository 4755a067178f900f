/**
 * A Slack export: a ZIP or folder with `users.json`, `channels.json`, and one folder a channel with one file a day.
 *
 * Private groups and direct messages (`groups.json`, `dms.json`, `mpims.json`) are left out and listed: a community’s
 * history is public. Source: Slack, “How to read Slack data exports”.
 */
import {
  type ExportReader,
  type ReadContext,
  type ReadItem,
  jsonOf,
  jsonParts,
  partProblem,
  problem,
  readingFile,
  remaining,
} from './export-reader.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportedAttachment, ImportedChannel, ImportedMessage } from './imported-message.ts'
import {
  type JsonObject,
  asObject,
  listAt,
  numberAt,
  objectAt,
  objectsAt,
  objectsOf,
  textAt,
  timeAt,
  webAddress,
} from './json-fields.ts'
import { mediaTypeOf } from './media-type.ts'
import { type SlackNames, plainSlackText } from './slack-markup.ts'

interface SlackPerson {
  readonly name: string
  readonly avatarUrl?: string | undefined
}

interface Workspace {
  readonly people: ReadonlyMap<string, SlackPerson>
  readonly names: SlackNames
  /** By their folder. */
  readonly channels: ReadonlyMap<string, ImportedChannel>
}

export const readSlack: ExportReader = async function* readSlack(files, context) {
  const root = rootOf(files)
  const workspace = await readWorkspace(files, { root, context })
  yield await privateProblems(files, { root, context })
  const days = files.filter(({ path }) => /^[^/]+\/[^/]+\.json$/u.test(path.slice(root.length)))
  const announced = new Set<string>()
  let lastFolder = ''
  for (const file of remaining(days, context)) {
    const folder = file.path.slice(root.length).split('/')[0] ?? ''
    const channel = workspace.channels.get(folder)
    if (channel === undefined) {
      if (folder !== lastFolder) yield [problem(`${root}${folder}`, 'It is not a public channel, so it is left out.')]
    } else if (!announced.has(folder)) {
      announced.add(folder)
      yield [{ kind: 'channel', channel }]
    }
    lastFolder = folder
    yield* readingFile(file, channel === undefined ? nothing() : readDay(file, { channel, workspace, context }))
  }
}

// oxlint-disable-next-line eslint/no-empty-function -- a file that is passed over
async function* nothing(): AsyncGenerator<readonly ReadItem[]> {}

/** Where `channels.json` lies: some tools pack the export into a folder. */
function rootOf(files: readonly ImportFile[]): string {
  const path = files.find((file) => /(?:^|\/)channels\.json$/u.test(file.path))?.path ?? 'channels.json'
  return path.slice(0, path.length - 'channels.json'.length)
}

interface Root {
  readonly root: string
  readonly context: ReadContext
}

async function listOf(
  files: readonly ImportFile[],
  name: string,
  { root, context }: Root,
): Promise<readonly JsonObject[]> {
  const file = files.find(({ path }) => path === root + name)
  const list = file === undefined ? undefined : await jsonOf(file, context)
  return Array.isArray(list) ? objectsOf(list) : []
}

async function readWorkspace(files: readonly ImportFile[], at: Root): Promise<Workspace> {
  const people = new Map<string, SlackPerson>()
  for (const user of await listOf(files, 'users.json', at)) {
    const profile = objectAt(user, 'profile')
    const name = textAt(profile, 'display_name') ?? textAt(profile, 'real_name') ?? textAt(user, 'name')
    const avatarUrl = webAddress(textAt(profile, 'image_72'))
    people.set(textAt(user, 'id') ?? '', { name: name ?? 'Somebody', avatarUrl })
  }
  const channels = new Map<string, ImportedChannel>()
  const channelNames = new Map<string, string>()
  for (const channel of await listOf(files, 'channels.json', at)) {
    const name = textAt(channel, 'name')
    if (name === undefined) continue
    const topic = textAt(objectAt(channel, 'topic'), 'value') ?? textAt(objectAt(channel, 'purpose'), 'value')
    const sourceId = textAt(channel, 'id') ?? name
    channels.set(name, { sourceId, name, topic })
    channelNames.set(sourceId, name)
  }
  const names = new Map([...people].map(([id, { name }]) => [id, name]))
  return { people, channels, names: { people: names, channels: channelNames } }
}

async function privateProblems(files: readonly ImportFile[], at: Root): Promise<ReadItem[]> {
  const items: ReadItem[] = []
  for (const name of ['groups.json', 'dms.json', 'mpims.json']) {
    const { length } = await listOf(files, name, at)
    if (length > 0) items.push(problem(name, `${length} private conversations are left out: a community is public.`))
  }
  return items
}

interface DayPlace {
  readonly channel: ImportedChannel
  readonly workspace: Workspace
  readonly context: ReadContext
}

async function* readDay(file: ImportFile, place: DayPlace): AsyncGenerator<readonly ReadItem[]> {
  for await (const parts of jsonParts(file, ['*'], place.context)) {
    yield parts.map((part) =>
      part.kind === 'value'
        ? messageItem(asObject(part.value), `${file.path}, message ${String(part.path[0])}`, place)
        : partProblem(file, part),
    )
  }
}

function messageItem(message: JsonObject | undefined, where: string, { channel, workspace }: DayPlace): ReadItem {
  const sourceId = textAt(message, 'ts')
  const atMs = timeAt(message, 'ts')
  if (sourceId === undefined || atMs === undefined) return problem(where, 'It has no time.')
  if (textAt(message, 'subtype') === 'tombstone') return problem(where, 'It was deleted in Slack.')
  const attachments = objectsAt(message, 'files').map(attachmentOf)
  const text = plainSlackText(contentOf(message), workspace.names)
  if (text === '' && attachments.length === 0) return problem(where, 'It has no text and no files.')
  const thread = textAt(message, 'thread_ts')
  const imported: ImportedMessage = {
    sourceId,
    channelId: channel.sourceId,
    author: authorOf(message, workspace),
    atMs,
    editedAtMs: timeAt(objectAt(message, 'edited'), 'ts'),
    text,
    replyTo: thread === sourceId ? undefined : thread,
    isPinned: listAt(message, 'pinned_to').length > 0,
    attachments,
    reactions: objectsAt(message, 'reactions').map((reaction) => ({
      // “+1::skin-tone-2” is a thumb all the same.
      emoji: (textAt(reaction, 'name') ?? '?').split('::')[0] ?? '?',
      count: Math.max(1, numberAt(reaction, 'count') ?? 1),
    })),
  }
  return { kind: 'message', message: imported }
}

function contentOf(message: JsonObject | undefined): string {
  const quoted = objectsAt(message, 'attachments').flatMap(
    (attachment) =>
      textAt(attachment, 'fallback') ?? textAt(attachment, 'text') ?? textAt(attachment, 'title_link') ?? [],
  )
  return [textAt(message, 'text') ?? quoted.join('\n')].join('').trim()
}

function authorOf(message: JsonObject | undefined, { people }: Workspace): ImportedMessage['author'] {
  const sourceId = textAt(message, 'user') ?? textAt(message, 'bot_id') ?? '0'
  const known = people.get(sourceId)
  const profile = objectAt(message, 'user_profile')
  const ownName = textAt(profile, 'display_name') ?? textAt(profile, 'real_name') ?? textAt(message, 'username')
  return {
    sourceId,
    name: known?.name ?? ownName ?? 'Somebody',
    avatarUrl: known?.avatarUrl ?? webAddress(textAt(profile, 'image_72')),
  }
}

function attachmentOf(file: JsonObject): ImportedAttachment {
  const name = textAt(file, 'name') ?? textAt(file, 'title') ?? 'file'
  return {
    name,
    mediaType: textAt(file, 'mimetype') ?? mediaTypeOf(name),
    sizeBytes: numberAt(file, 'size'),
    url: webAddress(textAt(file, 'url_private')),
  }
}
