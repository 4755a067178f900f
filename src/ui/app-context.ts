import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { QuireError } from '../errors.ts'
import type { AppModel } from './state/app-model.ts'

export const AppContext = createContext<AppModel | undefined>(undefined)

/** The app’s state, in any component below `AppContext.Provider`. */
export function useApp(): AppModel {
  const app = useContext(AppContext)
  if (app === undefined) throw new QuireError('ERR_UNKNOWN', 'A component stands outside the app.')
  return app
}
