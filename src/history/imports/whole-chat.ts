import type { ChatMessage } from '../../codec/history/chat.ts'

/** A chat message with nothing in it but what is given. */
export function wholeChat(fields: Partial<ChatMessage>): ChatMessage {
  return {
    clockMs: 0,
    timestampMs: 0,
    text: '',
    responseTo: '',
    ensName: '',
    chatId: '',
    messageType: 0,
    contentType: 0,
    displayName: '',
    unfurledLinks: [],
    customizationColor: 0,
    ...fields,
  }
}
