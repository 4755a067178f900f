/** Why a span of time is not shown, in words. */
import type { GapReason } from '../../../rpc/history-api.ts'

export interface GapSentence {
  readonly text: string
  readonly advice?: string
  readonly tone: 'plain' | 'waiting' | 'bad'
}

const SENTENCES: Record<GapReason, GapSentence> = {
  'not-fetched': { text: 'Published, and not on this device yet', tone: 'plain' },
  fetching: { text: 'Being fetched from members who have it', tone: 'waiting' },
  'missing-key': {
    text: 'Encrypted with a key that this device does not have',
    advice: 'Ask a member for the key, and add it in the community’s details.',
    tone: 'waiting',
  },
  'nobody-has-it': {
    text: 'Nobody who is online now has it',
    advice: 'It appears here as soon as a member who keeps it comes online; Quire goes on looking.',
    tone: 'waiting',
  },
  'not-published': {
    text: 'Not published yet',
    advice: 'The owner has made no archive of this time. Messages that members still hold are shown.',
    tone: 'plain',
  },
  damaged: {
    text: 'Damaged where it was published, and therefore not shown',
    advice: 'Ask the community’s owner to publish this time again.',
    tone: 'bad',
  },
}

export function sentenceOfGap(reason: GapReason): GapSentence {
  return SENTENCES[reason]
}
