import { ANOTHER_NETWORK } from './another-network.ts'
import { KEEPER_RESTARTS } from './keeper-restarts.ts'
import { NAT_KINDS } from './nat-kinds.ts'
import type { Story } from './story.ts'
import { TURN } from './turn.ts'
import { TWO_KEEPERS } from './two-keepers.ts'

export const STORIES: readonly Story[] = [KEEPER_RESTARTS, TWO_KEEPERS, ANOTHER_NETWORK, NAT_KINDS, TURN]
