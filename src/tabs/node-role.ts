/**
 * What a page is to the node of its origin: its worker runs the node (`leader`), or stands ready to (`heir`), or another tab’s
 * does (`follower`); `starting` until that is known.
 */
export type NodeRole = 'leader' | 'heir' | 'follower' | 'starting'
