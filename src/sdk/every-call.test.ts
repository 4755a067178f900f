import { describe, expect, it } from 'vitest'
import { Communities } from './communities.ts'
import { CommunityMessages } from './community-messages.ts'
import type { SignalOptions } from './options.ts'
import { QuireContent } from './quire-content.ts'
import { QuireLife } from './quire-life.ts'
import { QuireClient } from './quire.ts'
import { HostDouble } from './testing/host-double.ts'

const CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
const SPAN = { fromMs: 0, toMs: 1 }

/** Each call that waits for the node; those that take a signal get `options`. */
const CALLS: Readonly<Record<string, (quire: QuireClient, options: SignalOptions) => Promise<unknown>>> = {
  version: (quire) => quire.version(),
  revision: (quire) => quire.revision(),
  peerId: (quire) => quire.peerId(),
  addresses: (quire) => quire.addresses(),
  shareAddresses: (quire) => quire.shareAddresses(),
  status: (quire) => quire.status(),
  debugInfo: (quire) => quire.debugInfo(),
  logLevel: (quire) => quire.logLevel(),
  setLogLevel: (quire) => quire.setLogLevel('warn'),
  connect: (quire, options) => quire.connect('16Uiu2', options),
  reconnect: (quire) => quire.reconnect(),
  selfTest: (quire, options) => quire.selfTest(options),
  setUploadLimits: (quire) => quire.setUploadLimits({}),
  upload: (quire, options) => quire.upload(new Blob(['x']), options),
  openUpload: (quire, options) => quire.openUpload(options),
  stream: (quire, options) => quire.stream(CID, options),
  bytes: (quire, options) => quire.bytes(CID, options),
  blob: (quire, options) => quire.blob(CID, options),
  manifest: (quire, options) => quire.manifest(CID, options),
  fetch: (quire, options) => quire.fetch(CID, options),
  startFetch: (quire, options) => quire.startFetch(CID, options),
  list: (quire) => quire.list(),
  get: (quire) => quire.get(CID),
  exists: (quire) => quire.exists(CID),
  delete: (quire) => quire.delete(CID),
  pin: (quire) => quire.pin(CID),
  isPinned: (quire) => quire.isPinned(CID),
  setAnnounced: (quire) => quire.setAnnounced(CID, true),
  isAnnounced: (quire) => quire.isAnnounced(CID),
  link: (quire) => quire.link(CID, 'https://quire.example/'),
  space: (quire) => quire.space(),
  transfers: (quire) => quire.transfers(),
  cancelTransfer: (quire) => quire.cancelTransfer('1'),
  exportAll: (quire, options) => quire.exportAll(options),
  importAll: (quire, options) => quire.importAll(new Blob(['x']), options),
  'communities.follow': ({ communities }) => communities.follow('0x02'),
  'communities.leave': ({ communities }) => communities.leave('0x02'),
  'communities.list': ({ communities }) => communities.list(),
  'communities.get': ({ communities }) => communities.get('0x02'),
  'communities.create': ({ communities }) => communities.create({ name: 'Allotments', channels: [] }),
  'communities.describe': ({ communities }) => communities.describe('0x02', { description: 'x' }),
  'communities.setSettings': ({ communities }) => communities.setSettings('0x02', {}),
  'communities.link': ({ communities }) => communities.link('0x02', 'https://quire.example/'),
  'communities.archives': ({ communities }) => communities.archives('0x02'),
  'communities.fetchSpan': ({ communities }, options) => communities.fetchSpan('0x02', SPAN, options),
  'communities.exportSpan': ({ communities }, options) =>
    communities.exportSpan('0x02', { ...SPAN, format: 'json' }, options),
  'communities.publish': ({ communities }, options) => communities.publish('0x02', options),
  'communities.importFile': ({ communities }, options) => communities.importFile('0x02', new File([], 'x'), options),
  'communities.exportKey': ({ communities }) => communities.exportKey('0x02'),
  'communities.importKey': ({ communities }) => communities.importKey('key'),
  'communities.watch': ({ communities }) => communities.watch(() => undefined),
  'communities.tellEvents': ({ communities }) => communities.tellEvents(),
  'communities.timeline': ({ communities }, options) => communities.timeline('0x02', { channelId: 'c' }, options),
  'communities.messages': ({ communities }, options) => communities.messages('0x02', 'c', options).next(),
  'communities.search': ({ communities }, options) => communities.search('0x02', 'beans', options),
  'communities.activity': ({ communities }) => communities.activity('0x02'),
  'communities.pinned': ({ communities }) => communities.pinned('0x02', 'c'),
  'communities.attachment': ({ communities }) => communities.attachment('0x02', 'm', 0),
  'communities.setPerson': ({ communities }) => communities.setPerson({ displayName: 'Ada' }),
  'communities.send': ({ communities }) => communities.send('0x02', 'c', 'text'),
  'communities.edit': ({ communities }) => communities.edit('0x02', 'm', 'text'),
  'communities.remove': ({ communities }) => communities.remove('0x02', 'm'),
  'communities.pin': ({ communities }) => communities.pin('0x02', 'm'),
  'communities.react': ({ communities }) => communities.react('0x02', 'm', { type: 1 }),
}
/** Its life is in quire-life.test.ts; the others are for subclasses. */
const NOT_OF_A_NODE = ['constructor', 'state', 'start', 'stop', 'close', 'listened', 'running', 'with', 'about']
const OF_SUBCLASSES = ['tellHistory', 'communitiesOf']

/** Those that take options here. */
const WITH_SIGNAL = Object.entries(CALLS).filter(([, call]) => call.length === 2)

async function running(): Promise<QuireClient> {
  const quire = new QuireClient(new HostDouble())
  await quire.start()
  return quire
}

describe('every call of a Quire whose node does not answer', () => {
  it('stands in the table here', () => {
    const own = [QuireLife, QuireContent, QuireClient].flatMap((each) => Object.getOwnPropertyNames(each.prototype))
    const ofCommunities = [CommunityMessages, Communities].flatMap((each) => Object.getOwnPropertyNames(each.prototype))
    const all = [...own, ...ofCommunities.filter((name) => name !== 'constructor').map((name) => `communities.${name}`)]
    const left = new Set([...NOT_OF_A_NODE, ...OF_SUBCLASSES])
    expect(Object.keys(CALLS).toSorted()).toEqual([...new Set(all)].filter((name) => !left.has(name)).toSorted())
  })

  it.each(Object.entries(CALLS))('%s rejects when the Quire is stopped', async (_name, call) => {
    const quire = await running()
    const asking = call(quire, {})
    await Promise.all([expect(asking).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' }), quire.stop()])
    await expect(call(quire, {})).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it.each(WITH_SIGNAL)('%s rejects with the reason of its signal, before and while it waits', async (_name, call) => {
    const quire = await running()
    const controller = new AbortController()
    const asking = call(quire, { signal: controller.signal })
    controller.abort('enough')
    await expect(asking).rejects.toBe('enough')
    await expect(call(quire, { signal: AbortSignal.abort('too late') })).rejects.toBe('too late')
    await quire.close()
  })
})
