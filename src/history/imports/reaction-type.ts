/** Emojis, and names that services have for theirs, by the six reactions of the wire: ❤️ 👍 👎 😂 😢 😠. */
import { REACTION_TYPE } from '../../codec/history/chat.ts'

const BY_TYPE: readonly (readonly [number, readonly string[]])[] = [
  [
    REACTION_TYPE.love,
    [
      '❤',
      '🧡',
      '💛',
      '💚',
      '💙',
      '💜',
      '🖤',
      '🤍',
      '💕',
      '💖',
      '💗',
      '😍',
      '🥰',
      'heart',
      'heart_eyes',
      'sparkling_heart',
    ],
  ],
  [
    REACTION_TYPE.thumbsUp,
    ['👍', '👌', '✅', '💯', '👏', '+1', 'thumbsup', 'ok_hand', 'white_check_mark', '100', 'clap'],
  ],
  [REACTION_TYPE.thumbsDown, ['👎', '-1', 'thumbsdown']],
  [
    REACTION_TYPE.laugh,
    ['😂', '🤣', '😆', '😄', '😁', 'joy', 'rolling_on_the_floor_laughing', 'rofl', 'laughing', 'smile', 'grin'],
  ],
  [
    REACTION_TYPE.sad,
    ['😢', '😭', '☹', '🙁', '😞', '😔', 'cry', 'sob', 'disappointed', 'pensive', 'white_frowning_face'],
  ],
  [REACTION_TYPE.angry, ['😠', '😡', '🤬', 'angry', 'rage', 'face_with_symbols_on_mouth']],
]

const TYPES = new Map(BY_TYPE.flatMap(([type, emojis]) => emojis.map((emoji) => [emoji, type] as const)))

/** Undefined for an emoji that none of the six stands for. */
export function reactionTypeOf(emoji: string): number | undefined {
  // Skin tones and “show it as a picture” do not change what is meant.
  return TYPES.get(emoji.replaceAll(/[\u{1F3FB}-\u{1F3FF}]|\u{FE0F}/gu, ''))
}
