/** How peers are named across folders: the text of a libp2p peer id, kept apart from other strings by its type. */
declare const peer: unique symbol

/** A peer id in its text form, e.g. “16Uiu2HAm…”. Made by `network/`, from ids that libp2p has checked. */
export type PeerKey = string & { readonly [peer]: true }
