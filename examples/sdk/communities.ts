import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create({ listen: ['/ip4/127.0.0.1/tcp/0'] })
await quire.start()
const member = await Quire.create()
await member.start()

// #region create
const made = await quire.communities.create({ name: 'Allotments', channels: ['general', 'seeds'] })
const community = await quire.communities.describe(made.id, { description: 'What grows, and when.' })
const link = await quire.communities.link(community.id, 'https://quire.example/')
// #endregion
assert.equal(community.name, 'Allotments')
assert.equal(community.description, 'What grows, and when.')
assert.ok(link.includes(community.id))

const id = community.id
const channelId = community.channels[0]?.id ?? ''

// #region send
await quire.communities.setPerson({ displayName: 'Ada' })
const message = await quire.communities.send(id, channelId, 'The beans are up.')
await quire.communities.send(id, channelId, { text: 'So early?', replyTo: message.id })
await quire.communities.edit(id, message.id, 'The runner beans are up.')
await quire.communities.react(id, message.id, { type: 2 }) // 👍
await quire.communities.pin(id, message.id)
const [pinned] = await quire.communities.pinned(id, channelId)
const slip = await quire.communities.send(id, channelId, 'Wrong channel, sorry')
await quire.communities.remove(id, slip.id)
// #endregion
assert.equal(pinned?.text, 'The runner beans are up.')
assert.equal(pinned?.reactions[0]?.type, 2)

// #region timeline
const page = await quire.communities.timeline(id, { channelId, limit: 20 })
for (const row of page.rows) {
  if (row.kind === 'message') console.log(row.author.name, row.text)
  else console.log('not here:', row.reason)
}
const older = page.olderCursor // for { anchor: { kind: 'before', cursor: older } }
const { days } = await quire.communities.activity(id, channelId)
// #endregion
assert.equal(older, undefined)
assert.equal(days.length, 1)

// #region messages
const texts = []
for await (const each of quire.communities.messages(id, channelId)) texts.push(each.text) // newest first
// #endregion
assert.ok(texts.includes('So early?'))

// #region search
const { hits } = await quire.communities.search(id, 'runner be')
console.log(hits[0]?.message?.text) // The runner beans are up.
// #endregion
assert.equal(hits[0]?.messageId, message.id)

// #region attachment
const pixel = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
)
const images = [new Blob([pixel], { type: 'image/png' })]
const withImage = await quire.communities.send(id, channelId, { text: 'Look', images })
const image = await quire.communities.attachment(id, withImage.id, 0)
// #endregion
assert.equal(image.size, pixel.byteLength)

// #region publish
await quire.communities.publish(id, { signal: AbortSignal.timeout(60_000) })
const archives = await quire.communities.archives(id)
// #endregion
assert.ok(Array.isArray(archives))

// #region export
const span = { fromMs: Date.now() - 86_400_000, toMs: Date.now() + 1_000 }
const file = await quire.communities.exportSpan(id, { ...span, format: 'json' })
console.log(file.name, file.size)
// #endregion
assert.match(await file.text(), /The runner beans are up\./)

// #region import
const lines = JSON.stringify({ channel: 'general', author: 'Grace', time: '2024-05-01T10:00:00Z', text: 'From before' })
const imported = await quire.communities.importFile(id, new File([lines], 'old.jsonl'), { kind: 'json-lines' })
console.log(imported.messageCount, imported.problemCount)
// #endregion
assert.equal(imported.communityId, id)

// #region keys
const key = await quire.communities.exportKey(id, { passphrase: 'correct horse battery staple' })
await member.communities.importKey(key, { passphrase: 'correct horse battery staple' })
// #endregion

// #region watch
const unwatch = await quire.communities.watch((event) => console.log(event.type))
quire.addEventListener('history', ({ detail }) => console.log(detail.type)) // the same
unwatch()
// #endregion

// #region follow
const followed = await member.communities.follow(link)
console.log(followed.id, followed.follow.state) // its history comes by itself
const known = await member.communities.list()
const same = await member.communities.get(followed.id)
// #endregion
assert.equal(followed.id, id)
assert.deepEqual(
  known.map((each) => each.id),
  [id],
)
assert.equal(same?.id, id)

// #region settings
await member.communities.setSettings(id, { keep: { kind: 'weeks', weeks: 4 }, quotaBytes: 500_000_000 })
// #endregion

// #region fetch-span
const lastWeek = { fromMs: Date.now() - 7 * 86_400_000, toMs: Date.now() }
await member.communities.fetchSpan(id, lastWeek, { signal: AbortSignal.timeout(60_000) })
// #endregion

// #region leave
await member.communities.leave(id, { isDataRemoved: true })
// #endregion
assert.deepEqual(await member.communities.list(), [])

await assert.rejects(quire.communities.follow('nothing'), { code: 'ERR_COMMUNITY_LINK_INVALID' })
await assert.rejects(quire.communities.timeline(id, { channelId, limit: 0 }), { code: 'ERR_ARGUMENT_INVALID' })

await member.close()
await quire.close()
