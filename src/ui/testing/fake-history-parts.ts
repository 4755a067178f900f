/** Pieces that `FakeHistory` is made of. */
import type { ReactionView } from '../../rpc/history-api.ts'

const EMOJI = ['❤️', '👍', '👎', '😂', '😢', '😠'] as const

/** Resolves after so long, or rejects with the signal’s reason. */
export function pause(forMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(resolve, forMs)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** A message’s reactions after this person added or took back one, 1 to 6. */
export function withReaction(
  reactions: readonly ReactionView[],
  { type, isRetracted }: { type: number; isRetracted: boolean },
): ReactionView[] {
  const before = reactions.find((reaction) => reaction.type === type)
  if (before === undefined) {
    if (isRetracted) return [...reactions]
    return [...reactions, { emoji: EMOJI[type - 1] ?? '👍', type, count: 1, isOwn: true, names: ['Nell'] }]
  }
  if (before.isOwn === !isRetracted) return [...reactions]
  const count = before.count + (isRetracted ? -1 : 1)
  const after = { ...before, count, isOwn: !isRetracted }
  return reactions.map((reaction) => (reaction === before ? after : reaction)).filter((reaction) => reaction.count > 0)
}

/** A picture of bands in quiet colours, different for each message. */
export function fakePicture(messageId: string, index: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(640, 420)
  const context = canvas.getContext('2d')
  const hue = Number.parseInt(messageId.slice(2, 5), 16) % 360
  if (context === null) return canvas.convertToBlob()
  for (let band = 0; band < 6; band++) {
    context.fillStyle = `hsl(${hue + index * 40} 30% ${30 + band * 9}%)`
    context.fillRect(0, band * 70, 640, 70)
  }
  return canvas.convertToBlob({ type: 'image/png' })
}
