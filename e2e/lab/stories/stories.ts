import { ANOTHER_NETWORK } from './another-network.ts'
import { ONE_KEEPER, TWO_KEEPERS } from './by-cid-alone.ts'
import { KEEPER_RESTARTS } from './keeper-restarts.ts'
import { NAT_KINDS } from './nat-kinds.ts'
import type { Story } from './story.ts'
import { TURN } from './turn.ts'

export const STORIES: readonly Story[] = [KEEPER_RESTARTS, ONE_KEEPER, TWO_KEEPERS, ANOTHER_NETWORK, NAT_KINDS, TURN]
