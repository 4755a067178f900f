import type { CommunityDescription } from '../../codec/history/community-description.ts'
import type { AuthorKey } from '../../history/ids.ts'

/** Roles that may delete what others wrote: owner, admin, token master. Source: status-go, CommunityMember. */
const PRIVILEGED_ROLES: ReadonlySet<number> = new Set([1, 4, 5])

export function privilegedOf(description: CommunityDescription | undefined): ReadonlySet<AuthorKey> {
  const members = [...(description?.members ?? [])]
  const privileged = members.filter(([, { roles }]) => roles.some((role) => PRIVILEGED_ROLES.has(role)))
  return new Set(privileged.map(([key]) => key.toLowerCase() as AuthorKey))
}
