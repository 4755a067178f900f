/** The names of things in a community’s history. Text forms cross to the page; bytes are what is signed and stored. */
declare const brand: unique symbol

/** A community’s compressed secp256k1 public key, “0x” and 66 lower-case hex digits. */
export type CommunityId = string & { readonly [brand]: 'community' }
/** What a message belongs to: a channel is the community’s id and the channel’s UUID, one after the other. */
export type ChatId = string & { readonly [brand]: 'chat' }
/** “0x” and keccak-256 of an index entry, 64 lower-case hex digits. */
export type ArchiveId = string & { readonly [brand]: 'archive' }
/** “0x” and 64 lower-case hex digits. */
export type MessageId = string & { readonly [brand]: 'message' }
/** A person’s uncompressed public key, “0x04” and 128 lower-case hex digits. */
export type AuthorKey = string & { readonly [brand]: 'author' }
