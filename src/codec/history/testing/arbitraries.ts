/** Valid values of everything in this folder, for property tests. */
import * as fc from 'fast-check'

const u32 = fc.nat({ max: 2 ** 32 - 1 })
const u64 = fc.maxSafeNat()
const small = fc.nat({ max: 20 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
/** Numbers of the same size that a double holds exactly. */
const exactInt64 = fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }).map((value) => value * 4096n)
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const blob = fc.uint8Array({ maxLength: 12 })
const key = fc.uint8Array({ maxLength: 4 }).map((bytes) => `0x${bytes.join('')}`)
const unknownFields = fc.constant(new Uint8Array())
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 3 })
const mapOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<ReadonlyMap<string, T>> =>
  fc.array(fc.tuple(key, value), { maxLength: 3 }).map((entries) => new Map(entries))

const metadata = fc.record({ version: u32, fromSeconds: u64, toSeconds: u64, contentTopics: few(blob) })

export const wakuMessage = fc.record({
  sig: blob,
  timestampSeconds: u64,
  topic: blob,
  payload: blob,
  padding: blob,
  hash: blob,
  thirdPartyId: text,
})
export const envelope = fc.record({
  payload: blob,
  contentTopic: text,
  version: u32,
  timestampNs: maybe(fc.oneof(int64, exactInt64)),
  meta: blob,
  isEphemeral: fc.boolean(),
})
export const archive = fc.record({ metadata, messages: few(wakuMessage) })
export const archiveIndex = mapOf(fc.record({ version: u32, metadata: maybe(metadata), cid: text }))
export const torrentIndex = mapOf(
  fc.record({ version: u32, metadata: maybe(metadata), offset: u64, size: u64, padding: u64 }),
)
export const archiveLink = fc.record({ clockMs: u64, archiveLink: text })
export const applicationMetadata = fc.record({ signature: blob, payload: blob, type: small })

const hashRatchet = fc.record({ deprecatedKeyId: u32, seqNo: u32, groupId: blob, keyId: blob })
export const protocolMessage = fc.record({
  installationId: text,
  encryptedMessages: mapOf(fc.record({ payload: blob, hashRatchet: maybe(hashRatchet) })),
  publicMessage: blob,
})
export const segment = fc.record({
  entireMessageHash: blob,
  index: u32,
  segmentsCount: u32,
  payload: blob,
  parityIndex: u32,
  parityCount: u32,
})

const unfurledLink = fc.record({
  url: text,
  title: text,
  description: text,
  thumbnailPayload: blob,
  thumbnailWidth: u32,
  thumbnailHeight: u32,
  type: small,
  faviconPayload: blob,
})
const discordAuthor = fc.record({
  id: text,
  name: text,
  discriminator: text,
  nickname: text,
  avatarUrl: text,
  avatarImagePayload: blob,
})
const attachment = fc.record({
  id: text,
  messageId: text,
  url: text,
  fileName: text,
  fileSizeBytes: u64,
  contentType: text,
  payload: blob,
})
const discord = fc.record({
  id: text,
  type: text,
  timestamp: text,
  timestampEdited: text,
  content: text,
  author: maybe(discordAuthor),
  reference: maybe(fc.record({ messageId: text, channelId: text, guildId: text })),
  attachments: few(attachment),
})
const bridge = fc.record({
  bridgeName: text,
  userName: text,
  userAvatar: text,
  userId: text,
  content: text,
  messageId: text,
  parentMessageId: text,
})
const image = fc.record({
  payload: blob,
  format: small,
  albumId: text,
  width: u32,
  height: u32,
  albumImagesCount: u32,
})
export const chat = fc.record({
  clockMs: u64,
  timestampMs: u64,
  text,
  responseTo: text,
  ensName: text,
  chatId: text,
  messageType: small,
  contentType: small,
  sticker: maybe(fc.record({ hash: text, pack: u32 })),
  image: maybe(image),
  audio: maybe(fc.record({ payload: blob, type: small, durationMs: u64 })),
  community: maybe(blob),
  displayName: text,
  unfurledLinks: few(unfurledLink),
  customizationColor: u32,
  threadId: maybe(text),
  discord: maybe(discord),
  bridge: maybe(bridge),
})
export const edit = fc.record({
  clockMs: u64,
  text,
  chatId: text,
  messageId: text,
  messageType: small,
  contentType: small,
  unfurledLinks: few(unfurledLink),
})
export const deletion = fc.record({ clockMs: u64, chatId: text, messageId: text, messageType: small, deletedBy: text })
export const pin = fc.record({
  clockMs: u64,
  messageId: text,
  chatId: text,
  isPinned: fc.boolean(),
  messageType: small,
})
export const reaction = fc.record({
  clockMs: u64,
  chatId: text,
  messageId: text,
  messageType: small,
  type: small,
  isRetracted: fc.boolean(),
})

const identityImage = fc.record({
  payload: blob,
  sourceType: small,
  imageType: small,
  encryptionKeys: few(blob),
  isEncrypted: fc.boolean(),
})
const identity = fc.record({
  clockMs: u64,
  ensName: text,
  images: mapOf(identityImage),
  displayName: text,
  description: text,
  color: text,
  emoji: text,
  firstMessageTimestampSeconds: u32,
  unknownFields,
})
const permissions = fc.record({
  isEnsOnly: fc.boolean(),
  isPrivate: fc.boolean(),
  access: small,
  unknownFields,
})
const member = fc.record({ roles: few(small), unknownFields })
const communityChat = fc.record({
  members: mapOf(member),
  permissions: maybe(permissions),
  identity: maybe(identity),
  categoryId: text,
  position: fc.integer({ min: -3, max: 30 }),
  unknownFields,
})
const category = fc.record({ categoryId: text, name: text, position: small, unknownFields })
export const communityDescription = fc.record({
  clockMs: u64,
  members: mapOf(member),
  permissions: maybe(permissions),
  identity: maybe(identity),
  chats: mapOf(communityChat),
  categories: mapOf(category),
  archiveLinkClockMs: u64,
  introMessage: text,
  outroMessage: text,
  isEncrypted: fc.boolean(),
  tags: few(text),
  privateData: mapOf(blob),
  unknownFields,
})

const community = fc.uint8Array({ minLength: 33, maxLength: 33 })
export const historyQuestion = fc.oneof(
  fc.record({ kind: fc.constant('link' as const), community }),
  fc.record({
    kind: fc.constant('range' as const),
    community,
    fromMs: u64,
    toMs: u64,
    cursor: maybe(blob),
    limit: u32,
  }),
  fc.record({ kind: fc.constant('serve' as const), community, envelopes: few(blob) }),
  fc.record({
    kind: fc.constant('digests' as const),
    community,
    fromMs: u64,
    toMs: u64,
    parts: u32,
    salt: fc.uint8Array({ maxLength: 64 }),
  }),
)
export const historyAnswer = fc.oneof(
  fc.record({
    kind: fc.constant('link' as const),
    link: maybe(blob),
    description: maybe(blob),
    moreParts: maybe(fc.array(blob, { minLength: 1, maxLength: 3 })),
  }),
  fc.record({ kind: fc.constant('range' as const), envelopes: few(blob), cursor: maybe(blob) }),
  fc.record({ kind: fc.constant('serve' as const), isServed: fc.boolean() }),
  fc.record({ kind: fc.constant('digests' as const), digests: blob }),
)
