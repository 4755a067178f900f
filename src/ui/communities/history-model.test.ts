import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { PageServices } from '../page/page-services.ts'
import { Notices } from '../state/notices.ts'
import type { CommunityRoute, Route } from '../state/route.ts'
import { routeOf } from '../state/route.ts'
import { signal } from '@preact/signals'
import { FakeHistory } from '../testing/fake-history.ts'
import type { FakeHistoryOverrides } from '../testing/fake-history-state.ts'
import { hexOf } from '../testing/history-messages.ts'
import type { Router } from '../state/router.ts'
import { HistoryModel } from './history-model.ts'

const ID = hexOf(1, 33, '02')
const OTHER_ID = hexOf(5, 33, '03')

async function open(overrides: FakeHistoryOverrides = {}, hash = '#/communities') {
  const route = signal<Route>(routeOf(hash))
  const router: Pick<Router, 'route' | 'showCommunity' | 'showPlace'> = {
    route,
    showCommunity: (community: CommunityRoute | undefined) => (route.value = { place: 'communities', community }),
    showPlace: (place) => (route.value = { place }),
  }
  const page: Pick<PageServices, 'baseUrl' | 'chooseSaveTarget' | 'download'> = {
    baseUrl: 'https://a.example/',
    chooseSaveTarget: undefined,
    download: () => undefined,
  }
  const said: string[] = []
  const notices = new Notices()
  const parts = { router, page, notices, announce: (text: string) => void said.push(text) }
  const model = new HistoryModel(parts as unknown as ConstructorParameters<typeof HistoryModel>[0])
  const history = new FakeHistory(
    { communities: [{ messageCount: 60, weeks: 3, view: { id: ID } }] },
    { stepMs: 0, ...overrides },
  )
  await model.open(history)
  return { model, history, route, notices, said }
}

describe('what the page knows of communities', () => {
  it('is what the node told last', async () => {
    const { model, history } = await open()
    expect(model.communities.value?.map(({ id }) => id)).toEqual([ID])
    history.show(ID, { name: 'Renamed' })
    expect(model.find(ID)?.name).toBe('Renamed')
  })

  it('chooses the one that the address names, where it is followed', async () => {
    const { model, route } = await open()
    expect(model.chosen.value).toBeUndefined()
    route.value = routeOf(`#/c/${ID}`)
    expect(model.chosen.value?.id).toBe(ID)
    route.value = routeOf(`#/c/${OTHER_ID}`)
    expect(model.chosen.value).toBeUndefined()
  })

  it('hands every change of a timeline to those who listen, until they stop', async () => {
    const { model, history } = await open()
    const touched: number[] = []
    const stop = model.onTouched(({ fromMs }) => touched.push(fromMs))
    history.emit({ type: 'touched', communityId: ID, fromMs: 5, toMs: 6 })
    stop()
    history.emit({ type: 'touched', communityId: ID, fromMs: 7, toMs: 8 })
    expect(touched).toEqual([5])
  })

  it('is forgotten with the node that told it', async () => {
    const { model } = await open()
    model.close()
    expect(model.communities.value).toBeUndefined()
    expect(() => model.api()).toThrow(QuireError)
  })

  it('keeps nothing of a node that was let go of while it answered', async () => {
    const { model } = await open()
    const slow = new FakeHistory({ communities: [] })
    const opening = model.open(slow)
    model.close()
    await opening
    slow.emit({ type: 'communities', communities: [] })
    expect(() => model.api()).toThrow(QuireError)
    expect(model.communities.value).toBeUndefined()
  })
})

describe('following', () => {
  it('leads to the message that the link names', async () => {
    const { model, route } = await open()
    const channelId = `${ID}0a1b2c3d-0000-4000-8000-00000000abcd`
    const messageId = hexOf(9, 32)
    const link = `https://b.example/#/c/${ID}/${channelId.slice(68)}?m=${messageId}&t=12&maddrs=x`
    await expect(model.actions.follow(` ${link} `)).resolves.toBe(true)
    expect(route.value.community).toEqual({ id: ID, channelId, focus: { messageId, atMs: 12 } })
  })

  it('leads a bare id to its community', async () => {
    const { model, route } = await open()
    await model.actions.follow(OTHER_ID)
    expect(route.value.community).toEqual({ id: OTHER_ID })
    expect(model.chosen.value?.id).toBe(OTHER_ID)
  })

  it('says at the box why a text is refused, until it is edited', async () => {
    const { model } = await open()
    await expect(model.actions.follow('no link')).resolves.toBe(false)
    expect(model.actions.followError.value?.code).toBe('ERR_COMMUNITY_LINK_INVALID')
    model.actions.clearFollowError()
    expect(model.actions.followError.value).toBeUndefined()
  })

  it('leaves the address of an opened link that is refused', async () => {
    const refuse = () => Promise.reject(new QuireError('ERR_COMMUNITY_LINK_INVALID', 'Damaged.'))
    const { model, route, history } = await open({ follow: refuse }, `#/c/${OTHER_ID}?maddrs=x`)
    await model.actions.followOpened(`c/${OTHER_ID}?maddrs=x`)
    expect(history.calls).toEqual([`follow https://a.example/#/c/${OTHER_ID}?maddrs=x`])
    expect(route.value).toEqual({ place: 'communities', community: undefined })
    expect(model.actions.followError.value?.message).toBe('Damaged.')
  })
})

describe('publishing by hand', () => {
  it('can be stopped, and says that nothing was lost', async () => {
    const { model, said, notices } = await open({ stepMs: 60_000 })
    const community = model.find(ID)
    if (community === undefined) throw new Error('The community is missing.')
    const publishing = model.actions.publish(community)
    expect(model.actions.isPublishing(ID)).toBe(true)
    model.actions.stopPublishing(ID)
    await publishing
    expect(model.actions.isPublishing(ID)).toBe(false)
    expect(said).toEqual(['Guild of Binders: stopped. What was done is kept.'])
    expect(notices.list.value).toEqual([])
  })

  it('leaves a notice where it fails', async () => {
    const fail = () => Promise.reject(new QuireError('ERR_KEY_LOCKED', 'The key is locked.'))
    const { model, notices } = await open({ publishNow: fail })
    const community = model.find(ID)
    if (community !== undefined) await model.actions.publish(community)
    expect(notices.list.value.map(({ kind, names, error }) => [kind, names, error.code])).toEqual([
      ['community', ['Publish Guild of Binders'], 'ERR_KEY_LOCKED'],
    ])
  })
})

describe('an import of this page', () => {
  it('counts as work that would be lost, while it reads', async () => {
    const { model } = await open()
    const importing = model.actions.importFile(ID, new File(['{}'], 'a.json'))
    expect(model.isImporting.value).toBe(true)
    await expect(importing).resolves.toBeUndefined()
    expect(model.isImporting.value).toBe(false)
    expect(model.imports.value[0]?.state).toEqual({ state: 'done' })
  })

  it('is refused with the reason where the file is no export', async () => {
    const { model } = await open()
    const refusal = await model.actions.importFile(ID, new File(['x'], 'holiday.jpg'))
    expect(refusal?.code).toBe('ERR_IMPORT_UNKNOWN')
  })
})

describe('saving a key', () => {
  it('is no proof that it arrived where the browser downloads: the person says so', async () => {
    const { model, history } = await open()
    const saved = await model.keys.save(ID, { name: 'Guild', passphrase: '' })
    expect(saved).toEqual({ state: 'downloading' })
    expect(history.calls).toEqual(['exportKey community'])
    await model.keys.noteSaved(ID)
    expect(model.find(ID)?.isKeySaved).toBe(true)
  })

  it('reads no more of a chosen file than a key has', async () => {
    let givenCharacters = 0
    const importKey = async (text: string) => {
      givenCharacters = text.length
      throw new QuireError('ERR_KEY_FILE_INVALID', 'No key.')
    }
    const { model } = await open({ importKey })
    const result = await model.keys.importFile(new File(['x'.repeat(1_000_000)], 'film.txt'), '')
    expect(result).toMatchObject({ error: { code: 'ERR_KEY_FILE_INVALID' } })
    expect(givenCharacters).toBe(65_536)
  })
})
