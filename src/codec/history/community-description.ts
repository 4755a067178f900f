/**
 * CommunityDescription: a community’s name, channels and categories, as its owner signs them.
 *
 * What is not read here (members, tokens, settings) is kept in `unknownFields` and written again, so an edit loses
 * nothing that another client wrote. Sources: status-go, communities.proto and chat_identity.proto.
 */
import {
  type Init,
  bool,
  byteElements,
  bytes,
  bytesMap,
  enumeration,
  enumList,
  list,
  map,
  proto3,
  string,
  submessage,
  uint32,
  uint64,
  unknownFields,
  utf8,
} from '../pb/proto3.ts'

/** Names, colour and picture of a community or channel. */
export interface ChatIdentity {
  readonly clockMs: number
  readonly ensName: string
  /** By size, “thumbnail” and “large”. */
  readonly images: ReadonlyMap<string, IdentityImage>
  readonly displayName: string
  readonly description: string
  /** CSS hex, “#a63d2f”. */
  readonly color: string
  readonly emoji: string
  readonly firstMessageTimestampSeconds: number
  readonly unknownFields: Uint8Array
}

export interface IdentityImage {
  readonly payload: Uint8Array
  readonly sourceType: number
  readonly imageType: number
  readonly encryptionKeys: readonly Uint8Array[]
  readonly isEncrypted: boolean
}

/** `access`: 1 everybody, 2 by invitation, 3 on request. */
export interface CommunityPermissions {
  readonly isEnsOnly: boolean
  readonly isPrivate: boolean
  readonly access: number
  readonly unknownFields: Uint8Array
}

/** `roles`: 1 owner, 4 admin, 5 token master; none for plain members. */
export interface CommunityMember {
  readonly roles: readonly number[]
  readonly unknownFields: Uint8Array
}

export interface CommunityChat {
  /** By uncompressed key, “0x04…”. */
  readonly members: ReadonlyMap<string, CommunityMember>
  readonly permissions?: CommunityPermissions | undefined
  readonly identity?: ChatIdentity | undefined
  readonly categoryId: string
  readonly position: number
  readonly unknownFields: Uint8Array
}

export interface CommunityCategory {
  readonly categoryId: string
  readonly name: string
  readonly position: number
  readonly unknownFields: Uint8Array
}

export interface CommunityDescription {
  readonly clockMs: number
  /** By uncompressed key, “0x04…”. */
  readonly members: ReadonlyMap<string, CommunityMember>
  readonly permissions?: CommunityPermissions | undefined
  readonly identity?: ChatIdentity | undefined
  /** By the channel’s UUID. */
  readonly chats: ReadonlyMap<string, CommunityChat>
  readonly categories: ReadonlyMap<string, CommunityCategory>
  /** Clock of the newest archive link. */
  readonly archiveLinkClockMs: number
  readonly introMessage: string
  readonly outroMessage: string
  readonly isEncrypted: boolean
  readonly tags: readonly string[]
  /** By key id and sequence number: parts of the description for those who hold a key. */
  readonly privateData: ReadonlyMap<string, Uint8Array>
  readonly unknownFields: Uint8Array
}

const MAX_MEMBERS = 50_000
const MAX_CHATS = 2000
const MAX_CATEGORIES = 2000
const MAX_IMAGES = 8
const MAX_ROLES = 16
const MAX_TAGS = 64
const MAX_PRIVATE_DATA = 1024
/** Members of the community and of its channels, with their roles. */
const MAX_ELEMENTS = 500_000

const identityImage = proto3<IdentityImage>({
  payload: bytes(1),
  sourceType: enumeration(2),
  imageType: enumeration(3),
  encryptionKeys: list(4, byteElements, MAX_IMAGES),
  isEncrypted: bool(5),
})

const identity = proto3<ChatIdentity>({
  clockMs: uint64(1),
  ensName: string(2),
  images: map(3, identityImage, MAX_IMAGES),
  displayName: string(4),
  description: string(5),
  color: string(6),
  emoji: string(7),
  firstMessageTimestampSeconds: uint32(9),
  unknownFields: unknownFields(),
})

const permissions = proto3<CommunityPermissions>({
  isEnsOnly: bool(1),
  isPrivate: bool(2),
  access: enumeration(3),
  unknownFields: unknownFields(),
})

const member = proto3<CommunityMember>({ roles: enumList(1, MAX_ROLES), unknownFields: unknownFields() })

const chat = proto3<CommunityChat>({
  members: map(1, member, MAX_MEMBERS),
  permissions: submessage(2, permissions),
  identity: submessage(3, identity),
  categoryId: string(4),
  position: enumeration(5),
  unknownFields: unknownFields(),
})

const category = proto3<CommunityCategory>({
  categoryId: string(1),
  name: string(2),
  position: enumeration(3),
  unknownFields: unknownFields(),
})

const description = proto3<CommunityDescription>({
  clockMs: uint64(1),
  members: map(2, member, MAX_MEMBERS),
  permissions: submessage(3, permissions),
  identity: submessage(5, identity),
  chats: map(6, chat, MAX_CHATS),
  categories: map(8, category, MAX_CATEGORIES),
  archiveLinkClockMs: uint64(9),
  introMessage: string(11),
  outroMessage: string(12),
  isEncrypted: bool(13),
  tags: list(14, utf8, MAX_TAGS),
  privateData: bytesMap(100, MAX_PRIVATE_DATA),
  unknownFields: unknownFields(),
})

export const EMPTY_IDENTITY: ChatIdentity = identity.decode(new Uint8Array())
export const EMPTY_CHAT: CommunityChat = chat.decode(new Uint8Array())
export const EMPTY_CATEGORY: CommunityCategory = category.decode(new Uint8Array())
export const EMPTY_DESCRIPTION: CommunityDescription = description.decode(new Uint8Array())

export function encodeCommunityDescription(value: Init<CommunityDescription>): Uint8Array {
  return description.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeCommunityDescription(input: Uint8Array): CommunityDescription {
  return description.decode(input, MAX_ELEMENTS)
}
