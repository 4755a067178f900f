/** What is announced in the DHT: datasets by their manifests, and communities by their ids. */
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import type { ManifestCid } from '../codec/cid.ts'

declare const kind: unique symbol
/** A place in the DHT where those who can answer for a community tell of themselves. */
export type CommunityKey = CID & { readonly [kind]: 'community' }
/** What `provide` takes and `findProviders` looks for. */
export type DhtKey = ManifestCid | CommunityKey

const RAW_CODEC = 0x55
// So that the key is nothing that somebody could hold as content.
const DOMAIN = 'quire/community/1/'

/** CIDv1, raw, of sha2-256 over “quire/community/1/” and the community’s id: “0x” and 66 lower-case hex digits. */
export async function communityKeyOf(community: string): Promise<CommunityKey> {
  const digest = await sha256.digest(new TextEncoder().encode(`${DOMAIN}${community.toLowerCase()}`))
  return CID.createV1(RAW_CODEC, digest) as CID as CommunityKey
}
