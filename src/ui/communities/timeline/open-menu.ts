import type { MessageView } from '../../../rpc/history-api.ts'
import type { OpenMenu } from './timeline-scope.ts'

/** The menu of a message, at the element that was pressed. */
export function menuOf(message: MessageView, element: Element): OpenMenu {
  return { message, at: element.getBoundingClientRect() }
}
