import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { QuireError } from '../errors.ts'
import type { WidgetModel } from './widget-model.ts'

export const WidgetContext = createContext<WidgetModel | undefined>(undefined)

/** The widget’s state, in any component below `WidgetContext.Provider`. */
export function useWidget(): WidgetModel {
  const widget = useContext(WidgetContext)
  if (widget === undefined) throw new QuireError('ERR_UNKNOWN', 'A component stands outside the widget.')
  return widget
}
