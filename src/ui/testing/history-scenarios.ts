/** States of the Communities place. */
import type { CommunityView, ImportView, PersonView } from '../../rpc/history-api.ts'
import { DAY_MS } from '../format/time.ts'
import type { FakeCommunityInit } from './fake-history-community.ts'
import type { FakeHistoryInit } from './fake-history-state.ts'
import { GALLERY_NOW_MS, hexOf, OWN_AUTHOR } from './history-messages.ts'
import { errorOf, KEEPER_DOWN, type Scenario, stateWith, statusOf } from './scenario-parts.ts'

const GUILD_ID = hexOf(1, 33, '02')
const MILL_ID = hexOf(2, 33, '03')
const NEW_ID = hexOf(3, 33, '02')

const NELL: PersonView = {
  key: OWN_AUTHOR.key,
  displayName: 'Nell',
  hasPassphrase: false,
  isLocked: false,
  isSaved: true,
}
const OTHERS: readonly FakeCommunityInit[] = [
  {
    seed: 2,
    messageCount: 300,
    weeks: 6,
    weekStates: { 4: 'known', 5: 'known' },
    view: {
      id: MILL_ID,
      name: 'Friends of the Old Mill',
      color: '#2f7d4f',
      keep: { kind: 'weeks', weeks: 4 },
      follow: { state: 'fetching', doneArchives: 4, wantedArchives: 6 },
    },
  },
  {
    seed: 4,
    messageCount: 120,
    weeks: 3,
    view: {
      id: hexOf(4, 33, '02'),
      name: 'אגודת הכורכים · a society whose name is much too long for a single line of any list that shows it',
      color: undefined,
      follow: { state: 'waiting', reason: 'nobody-has-archives' },
    },
  },
]

/** The guild, as this device has it. */
function guild(view: Partial<CommunityView> = {}, init: FakeCommunityInit = {}): FakeCommunityInit {
  return { seed: 1, messageCount: 2400, weeks: 20, ...init, view: { id: GUILD_ID, ...view } }
}

function owned(view: Partial<CommunityView> = {}, init: FakeCommunityInit = {}): FakeCommunityInit {
  const publish = {
    state: 'idle',
    lastPublishedAtMs: GALLERY_NOW_MS - 3 * DAY_MS,
    nextAtMs: GALLERY_NOW_MS + 4 * DAY_MS,
  } as const
  return guild({ isOwner: true, publish, ...view }, init)
}

function showing(
  community: FakeCommunityInit,
  { panel = '', ...more }: Partial<FakeHistoryInit> & { panel?: string } = {},
): Scenario {
  const id = community.view?.id ?? GUILD_ID
  return {
    state: stateWith({ history: { communities: [community, ...OTHERS], person: NELL, ...more } }),
    hash: `#/c/${id}${panel === '' ? '' : `?panel=${panel}`}`,
  }
}

function importOf(fileName: string, given: Partial<ImportView>): ImportView {
  return {
    id: `import-${fileName}`,
    communityId: GUILD_ID,
    fileName,
    kind: 'discord',
    state: { state: 'reading' },
    readBytes: 0,
    totalBytes: 412_300_000,
    messageCount: 0,
    channelCount: 0,
    problemCount: 0,
    problems: [],
    ...given,
  }
}

const PROBLEMS = [
  { where: 'line 18204', what: 'The message has no time.' },
  {
    where: '1088347711234567890',
    what: 'An attachment of 40 MB is larger than a message may carry; its address was kept.',
  },
]
const IMPORTS: readonly ImportView[] = [
  importOf('workshop-2019-to-2024.json', {
    readBytes: 171_000_000,
    messageCount: 48_211,
    channelCount: 1,
    problemCount: 2,
    problems: PROBLEMS,
  }),
  importOf('slack-export-jan.zip', {
    kind: 'slack',
    state: { state: 'publishing' },
    readBytes: 412_300_000,
    messageCount: 91_002,
    channelCount: 12,
  }),
  importOf('result.json', {
    kind: 'telegram',
    state: { state: 'interrupted' },
    readBytes: 90_000_000,
    messageCount: 20_118,
    channelCount: 1,
  }),
  importOf('guild.mbox', {
    kind: 'mbox',
    state: { state: 'done' },
    readBytes: 412_300_000,
    messageCount: 3312,
    channelCount: 2,
    problemCount: 1,
    problems: PROBLEMS.slice(1),
  }),
  importOf('notes.json', {
    kind: undefined,
    state: { state: 'failed', error: errorOf('ERR_IMPORT_INVALID', 'The file ends in the middle of a message.') },
  }),
]
const NEWBORN: FakeCommunityInit = {
  messageCount: 0,
  weeks: 0,
  view: {
    id: NEW_ID,
    isOwner: true,
    isKeySaved: false,
    name: 'Quire readers',
    color: '#5b5ea6',
    categories: [],
    follow: { state: 'nothing-published' },
    linkClockMs: undefined,
    indexCid: undefined,
  },
}
const UNKNOWN: FakeCommunityInit = {
  messageCount: 0,
  weeks: 0,
  view: {
    id: NEW_ID,
    name: '',
    color: undefined,
    channels: [],
    categories: [],
    follow: { state: 'looking', askedPeers: 2 },
  },
}
const MISSING = { isEncrypted: true, missingKeyIds: [hexOf(71, 32), hexOf(72, 32)] } as const

export const HISTORY_SCENARIOS = {
  'communities-empty': { state: stateWith(), hash: '#/communities' },
  'communities-empty-sample': {
    state: stateWith(),
    hash: '#/communities',
    sample: { community: MILL_ID, name: 'The Gathering', messages: 100_000, weeks: 104 },
  },
  'communities-list': {
    state: stateWith({ history: { communities: [owned(), ...OTHERS], person: NELL } }),
    hash: '#/communities',
  },
  'communities-person': {
    state: stateWith({ history: { communities: [guild()], person: { ...NELL, isSaved: false } } }),
    hash: '#/communities',
  },
  'communities-locked': {
    state: stateWith({ history: { communities: [guild()], person: { ...NELL, hasPassphrase: true, isLocked: true } } }),
    hash: '#/communities',
  },
  'communities-refused': { state: stateWith(), hash: '#/communities', followed: 'https://quire.example.org/#/c/0x02' },
  'communities-create': { state: stateWith(), hash: '#/communities', creating: 'keys' },
  'communities-unknown': { state: stateWith(), hash: `#/c/${GUILD_ID}` },
  community: showing(guild()),
  'community-coming': showing(UNKNOWN),
  'community-nobody': showing({
    ...UNKNOWN,
    view: { ...UNKNOWN.view, follow: { state: 'waiting', reason: 'nobody-has-link' } },
  }),
  'community-fetching': showing(
    guild(
      { follow: { state: 'fetching', doneArchives: 12, wantedArchives: 20 } },
      { weekStates: { 12: 'fetching', 13: 'known', 14: 'known' } },
    ),
    { panel: 'about' },
  ),
  'community-waiting': showing(
    guild(
      { follow: { state: 'waiting', reason: 'nobody-has-archives' } },
      { weekStates: { 0: 'nobody-has-it', 1: 'nobody-has-it' } },
    ),
  ),
  'community-failed': showing(
    guild({ follow: { state: 'failed', error: errorOf('ERR_INDEX_INVALID', 'The list of archives cannot be read.') } }),
  ),
  'community-paused': showing(guild({ follow: { state: 'paused' } })),
  'community-offline': {
    ...showing(guild({ follow: { state: 'waiting', reason: 'offline' } })),
    state: stateWith({
      status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }),
      history: { communities: [guild({ follow: { state: 'waiting', reason: 'offline' } })], person: NELL },
    }),
  },
  'community-about': showing(guild({ keep: { kind: 'weeks', weeks: 12 } }), { panel: 'about' }),
  'community-about-owner': showing(owned(), { panel: 'about' }),
  'community-archives': showing(
    guild({}, { weekStates: { 1: 'fetching', 3: 'known', 4: 'nobody-has-it', 6: 'missing-key', 8: 'damaged' } }),
    { panel: 'archives' },
  ),
  'community-gaps': showing(
    guild(
      {},
      { messageCount: 300, weekStates: { 1: 'known', 2: 'known', 4: 'nobody-has-it', 6: 'missing-key', 8: 'damaged' } },
    ),
  ),
  'community-nameless': showing(guild(), { person: undefined }),
  'community-person-locked': showing(guild(), { person: { ...NELL, hasPassphrase: true, isLocked: true } }),
  'community-share': showing(guild(), { panel: 'share' }),
  'community-new': showing(NEWBORN, { panel: 'keys' }),
  'community-publish': showing(owned(), { panel: 'publish' }),
  'community-publishing': showing(owned({ publish: { state: 'publishing', doneArchives: 1, totalArchives: 4 } }), {
    panel: 'publish',
  }),
  'community-publish-failed': showing(
    owned({ publish: { state: 'failed', error: errorOf('ERR_STORE_FULL', 'The storage is full.') } }),
    { panel: 'publish' },
  ),
  'community-key-locked': showing(owned({ isKeyLocked: true, hasPassphrase: true }), { panel: 'publish' }),
  'community-import': showing(owned(), { panel: 'import', imports: IMPORTS }),
  'community-keys': showing(owned(), { panel: 'keys' }),
  'community-missing-keys': showing(guild(MISSING, { weekStates: { 2: 'missing-key', 3: 'missing-key' } }), {
    panel: 'keys',
  }),
  'community-leaving': { ...showing(guild()), isLeaving: true },
} as const satisfies Record<string, Scenario>
